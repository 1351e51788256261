"""The screen of a list: filters, sort, pages, exports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone

from maillage.foundations.kernel import limits, tableur
from maillage.foundations.kernel.screens.base import Screen
from maillage.foundations.kernel.screens.columns import Column, sort_rows
from maillage.foundations.kernel.screens.export import Export

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.paginator import Page
    from django.db.models import Model
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.foundations.kernel.screens.filters import FilterForm

FORMATS = {
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": ("ODS", "application/vnd.oasis.opendocument.spreadsheet"),
}


@dataclass(frozen=True, slots=True)
class Header:
    """A column heading: `url` sorts by it (empty when it does not sort), `order` is its `aria-sort`."""

    label: str
    numeric: bool
    url: str
    order: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    value: Any
    url: str
    numeric: bool


class ListScreen(Screen):
    """List rows: a queryset, or a plain sequence of objects sorted in memory.

    The address holds the whole state: `?<filters>&tri=-colonne&page=2`; `&format=csv|xlsx|ods` downloads every filtered
    row with the same columns. The number of queries does not depend on the number of rows as long as `get_queryset`
    selects what its columns read.
    """

    columns: ClassVar[tuple[Column, ...]]
    filter_form: ClassVar[type[FilterForm] | None] = None
    default_sort: ClassVar[str] = ""
    page_size: ClassVar[int] = 50
    export_name: ClassVar[str] = "export"
    export_note: ClassVar[str] = ""
    noun: ClassVar[tuple[str, str]] = ("résultat", "résultats")
    empty_title: ClassVar[str] = "Aucun résultat"
    empty_text: ClassVar[str] = ""
    empty_url: ClassVar[str] = ""
    empty_label: ClassVar[str] = ""
    limit: ClassVar[limits.Debit | None] = limits.RECHERCHE
    template_name = "kernel/list.html"

    def get_limit(self) -> limits.Debit | None:
        return limits.EXPORT if self.limit and self.request.GET.get("format") else self.limit

    def get_queryset(self) -> QuerySet[Any] | Sequence[Any]:
        """Return every row this person may see: the domain call."""
        raise NotImplementedError

    def named(self, row: Any) -> Model | None:
        """Return the person that a row shows by name; None for the rows, most of them, that name nobody."""
        return None

    def readings(self) -> Iterable[Model]:
        return self.seen

    @cached_property
    def seen(self) -> list[Model]:
        """The persons that the page or the file just made names."""
        return []

    def see(self, row: Any) -> Any:
        """Note whom a row names, and return the row."""
        if (person := self.named(row)) is not None:
            self.seen.append(person)
        return row

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if code := request.GET.get("format", ""):
            return self.export(code).response()
        return self.render()

    @cached_property
    def form(self) -> FilterForm | None:
        """The filters, bound to the address."""
        return self.filter_form(self.request.GET) if self.filter_form else None

    @cached_property
    def rows(self) -> QuerySet[Any] | Sequence[Any]:
        """Every row, filtered and sorted."""
        rows = self.get_queryset()
        if self.form is not None:
            rows = self.form.apply(rows)
        column, descending = self.sort
        if column is None or column.sort is None:
            return rows
        if not isinstance(rows, QuerySet):
            return sort_rows(list(rows), column.sort, descending)
        path = F(column.sort)
        # The key breaks ties: without it two pages could show the same row.
        return rows.order_by(path.desc(nulls_last=True) if descending else path.asc(nulls_last=True), "pk")

    @cached_property
    def sort(self) -> tuple[Column | None, bool]:
        """The column sorted by and whether it goes down; an unknown column is the default one."""
        sortable = {column.code: column for column in self.columns if column.sort}
        asked = self.request.GET.get("tri", "")
        code = asked if asked.lstrip("-") in sortable else self.default_sort
        return sortable.get(code.lstrip("-")), code.startswith("-")

    def get_context(self) -> dict[str, Any]:
        page = Paginator(self.rows, self.page_size).get_page(self.request.GET.get("page"))
        return {
            "form": self.form,
            "active_filters": [(item, self.url(drop=(item.name,))) for item in self.form.active()] if self.form else [],
            "reset_url": self.request.path,
            "page": page,
            "headers": [self.header(column) for column in self.columns],
            "lines": self.lines(page),
            "count_label": self.noun[0] if page.paginator.count < 2 else self.noun[1],
            # The sort stays when the filters change.
            "kept": [("tri", self.request.GET["tri"])] if self.request.GET.get("tri") else [],
            "exports": [(label, self.url(format=code)) for code, (label, _) in FORMATS.items()],
            "list": self,
        }

    def lines(self, page: Page[Any]) -> list[list[Cell]]:
        """Return the cells of the rows of one page."""
        return [
            [Cell(column.get(row), column.url(row), column.numeric) for column in self.columns]
            for row in map(self.see, page)
        ]

    def header(self, column: Column) -> Header:
        """Return the heading of a column, whose link reverses the order when the list is already sorted by it."""
        label = column.label if column.detail else column.heading
        if column.sort is None:
            return Header(label, column.numeric, "", "", column.detail)
        current, descending = self.sort
        order = "" if column is not current else "descending" if descending else "ascending"
        code = f"-{column.code}" if order == "ascending" else column.code
        return Header(label, column.numeric, self.url(tri=code), order, column.detail)

    def url(self, *, drop: Iterable[str] = (), **changes: str) -> str:
        """Return the address of the same list with some parameters changed or dropped, from its first page."""
        query = self.request.GET.copy()
        for name in ("page", "format", *drop):
            query.pop(name, None)
        for name in [name for name, value in query.items() if not value]:
            del query[name]
        for name, value in changes.items():
            query[name] = value
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def sheet(self) -> tableur.Sheet:
        """Return every filtered row as a sheet, values unformatted."""
        rows = self.rows.iterator(chunk_size=2000) if isinstance(self.rows, QuerySet) else self.rows
        lines = ([column.export(row) for column in self.columns] for row in map(self.see, rows))
        return tableur.Sheet(self.get_title(), [column.heading for column in self.columns], lines, self.export_note)

    def export(self, code: str) -> Export:
        """Return the list as a file; an unknown format is a page that does not exist."""
        if code not in FORMATS:
            raise Http404("Ce format d’export n’existe pas.")
        sheet = self.sheet()
        content = {
            "csv": lambda: tableur.to_csv(sheet),
            "xlsx": lambda: tableur.to_xlsx([sheet]),
            "ods": lambda: tableur.to_ods([sheet]),
        }[code]()
        return Export(f"{self.export_name}-{timezone.localdate():%Y-%m-%d}.{code}", FORMATS[code][1], content)
