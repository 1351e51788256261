"""What every template knows of the site."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from maillage.foundations.kernel.ui.menu import menu

if TYPE_CHECKING:
    from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the brand, the banner, the text searched for, and the menus, computed only where a template shows them."""
    places = ("navigation", "tools", "search", "footer")
    return {
        "marque": settings.MAILLAGE_MARQUE,
        "intitule": settings.MAILLAGE_INTITULE,
        "bandeau": settings.MAILLAGE_BANDEAU,
        "recherche": request.GET.get("q", ""),
        "menus": {place: SimpleLazyObject(partial(menu, request, place)) for place in places},  # type: ignore[arg-type]
    }
