"""What every template knows of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the brand."""
    return {"marque": settings.MAILLAGE_MARQUE}
