"""What every screen does: check the permission, read without writing, give the page its heading."""

from __future__ import annotations

import math
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import connection, transaction
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from maillage.foundations.kernel import readings
from maillage.foundations.kernel.limits import TooMany
from maillage.foundations.kernel.permissions import ALLOWED, Decision, granted, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import Model
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.foundations.kernel.limits import Debit


@dataclass(frozen=True, slots=True)
class Heading:
    """What `kernel/page.html` shows above the content; `breadcrumb` holds the parent pages as (label, url)."""

    title: str
    intro: str
    breadcrumb: Sequence[tuple[str, str]]


@contextmanager
def read_only() -> Iterator[None]:
    """Let the database itself refuse any write: a page that is only looked at changes nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def too_many(request: HttpRequest, refused: TooMany) -> HttpResponseBase:
    """Answer that one asked too often, and from when on one may again."""
    wait = max(1, math.ceil((refused.until - timezone.now()).total_seconds()))
    response = render(request, "429.html", {"reason": str(refused)}, status=429)
    response["Retry-After"] = str(wait)
    return response


class Screen(View):
    """A page: one template and its context. The four screens specialise it.

    Declares `permission` or `public = True`, else the system check `kernel.E001` fails. `parents` names the pages above
    in the breadcrumb, as (label, URL name); a screen whose title or parents depend on its object overrides
    `get_title` or `get_breadcrumb`. `limit` says how often one may ask for it, where that matters.

    `portee` says, in a few French words, which objects the screen opens to who holds the permission: a screen that is
    not public and whose address names an object declares it (`kernel.E005`); the test of rights tries a neighbour's.
    """

    public: ClassVar[bool] = False
    permission: ClassVar[str | None] = None
    portee: ClassVar[str] = ""
    limit: ClassVar[Debit | None] = None
    title: ClassVar[str] = ""
    intro: ClassVar[str] = ""
    parents: ClassVar[tuple[tuple[str, str], ...]] = ()
    template_name: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if limit := self.get_limit():
            try:
                limit.hit(request)
            except TooMany as refused:
                return too_many(request, refused)
        decision = self.decide()
        if not decision:
            return refusal(request, decision)
        with read_only() if request.method in {"GET", "HEAD"} else nullcontext():
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()  # lazy querysets are read here, still under the same guard
        if self.shows(response):
            self.log_readings()
        return response

    def shows(self, response: HttpResponseBase) -> bool:
        """Tell whether an answer shows what it was made of: a page, whatever its status; a file that was asked for."""
        if isinstance(response, TemplateResponse):
            return self.request.method != "HEAD"
        return self.request.method == "GET" and response.status_code == 200

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render()

    def get_limit(self) -> Debit | None:
        """Return the limit that this request counts for."""
        return self.limit

    def decide(self) -> Decision:
        """Decide whether this person may open this screen; override to add a rule on the object itself."""
        return ALLOWED if self.permission is None else granted(self.request.user, self.permission)

    def readings(self) -> Iterable[Model]:
        """Return the persons that the page just made shows by name; most pages show nobody."""
        return ()

    def reading_reason(self, subject: Model) -> str:
        """Return why this person was looked at, when a right of its own opened their file."""
        return ""

    def log_readings(self) -> None:
        """Write who was seen, in one query: if the journal cannot be written, the page is not shown."""
        match = self.request.resolver_match
        readings.record(
            self.readings(),
            reader=self.request.user,  # type: ignore[arg-type]  # a screen that names persons is no public one
            screen=match.view_name if match else type(self).__name__,
            reason=self.reading_reason,
        )

    def get_title(self) -> str:
        return self.title

    def get_intro(self) -> str:
        return self.intro

    def get_breadcrumb(self) -> Sequence[tuple[str, str]]:
        """Return the parent pages, from the highest, as (label, url); the home page comes by itself."""
        return [(label, reverse(name)) for label, name in self.parents]

    def get_context(self) -> dict[str, Any]:
        """Return what the template needs beyond `screen`."""
        return {}

    def render(self, status: int = 200, **more: Any) -> TemplateResponse:
        """Answer with the screen's template."""
        heading = Heading(self.get_title(), self.get_intro(), self.get_breadcrumb())
        context = {"screen": heading, **self.get_context(), **more}
        return TemplateResponse(self.request, self.template_name, context, status=status)
