"""The screen that answers with a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from maillage.foundations.kernel import limits
from maillage.foundations.kernel.screens.base import Screen

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Export:
    """A file to download."""

    filename: str
    content_type: str
    content: bytes

    def response(self) -> HttpResponse:
        """Return the file as an attachment."""
        disposition = content_disposition_header(True, self.filename)
        return HttpResponse(
            self.content, content_type=self.content_type, headers={"Content-Disposition": str(disposition)}
        )


class ExportScreen(Screen):
    """Build a file and give it: `build()` is the domain call."""

    limit: ClassVar[limits.Debit | None] = limits.EXPORT

    def build(self) -> Export:
        """Return the file, made from `self.kwargs` and the query string."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.build().response()
