"""The screen of one object."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from maillage.foundations.kernel.screens.base import Screen


class DetailScreen(Screen):
    """Show one object: `get_object()` is the domain call, made once; it raises `Http404` when there is nothing."""

    def get_object(self) -> Any:
        """Return what the page shows, found from `self.kwargs`."""
        raise NotImplementedError

    @cached_property
    def object(self) -> Any:
        """The object of the page."""
        return self.get_object()

    def get_title(self) -> str:
        return self.title or str(self.object)

    def get_context(self) -> dict[str, Any]:
        return {"object": self.object}
