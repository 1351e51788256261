"""Columns of a list: the same on the page and in its exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `value` is a dotted path from the row (`organisation.denomination`; methods are called; it stops at the first None)
    or a function of the row. `sort` is what the column sorts by: an ORM path for a queryset, a dotted path for rows in
    memory; None when it does not sort. `link` gives the address that the cell leads to. `unit` follows the label,
    `detail` too, smaller: a code beside its name. `exported` is what files carry, where that is not `value`: they
    leave empty a cell that the page marks « — ».
    """

    code: str
    label: str
    value: str | Callable[[Any], Any]
    sort: str | None = None
    link: Callable[[Any], str] | None = None
    numeric: bool = False
    unit: str = ""
    detail: str = ""
    exported: str | Callable[[Any], Any] | None = None

    def get(self, row: Any) -> Any:
        """Return the value of the column for a row, unformatted."""
        return _read(row, self.value)

    def export(self, row: Any) -> Any:
        """Return the value that files carry for a row."""
        return _read(row, self.value if self.exported is None else self.exported)

    def url(self, row: Any) -> str:
        """Return where the cell of a row leads, if anywhere."""
        return self.link(row) if self.link else ""

    @property
    def heading(self) -> str:
        """The label with its unit or its detail, as files write it."""
        note = self.unit or self.detail
        return f"{self.label} ({note})" if note else self.label


def _read(row: Any, value: str | Callable[[Any], Any]) -> Any:
    return follow(row, value) if isinstance(value, str) else value(row)


def follow(row: Any, path: str) -> Any:
    """Follow a dotted path from `row`; None as soon as one step is None."""
    value = row
    for step in path.split("."):
        value = getattr(value, step)
        value = value() if callable(value) else value
        if value is None:
            return None
    return value


def sort_rows(rows: list[Any], path: str, descending: bool) -> list[Any]:
    """Sort rows in memory by a dotted path, unknown values last in both directions."""
    known = [row for row in rows if follow(row, path) is not None]
    known.sort(key=lambda row: follow(row, path), reverse=descending)
    return known + [row for row in rows if follow(row, path) is None]
