"""System checks that hold the conventions of the house: `manage.py` refuses to start when one is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from maillage.foundations.kernel.permissions import grants, permission_modules
from maillage.foundations.kernel.ui.menu import declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from maillage.foundations.kernel.ui.menu import Entry


@register(Tags.urls)
def check_views(**kwargs: Any) -> list[CheckMessage]:
    """E001, E002: every view says who may open it, by one permission that some role holds, or `public = True`."""
    return [message for pattern in walk(get_resolver().url_patterns) for message in check_view(pattern)]


@register(Tags.security)
def check_permissions(**kwargs: Any) -> list[CheckMessage]:
    """E003: a permission belongs to one room, and at least one role holds it."""
    owners: dict[str, list[str]] = {}
    for module in permission_modules():
        for permission in getattr(module, "Permission", ()):
            owners.setdefault(permission, []).append(module.__name__)
    shared = [
        Error(f"« {permission} » est déclarée plusieurs fois : {', '.join(names)}.", id="kernel.E003")
        for permission, names in owners.items()
        if len(names) > 1
    ]
    idle = [
        Error(f"Aucun rôle n’a la permission « {permission} » ({names[0]}).", id="kernel.E003")
        for permission, names in owners.items()
        if permission not in grants()
    ]
    return [*shared, *idle]


@register(Tags.urls)
def check_menus(**kwargs: Any) -> list[CheckMessage]:
    """E004: every menu entry leads to a page."""
    return [
        Error(f"L’entrée de menu « {entry.label} » ne mène nulle part : {entry.url_name}.", id="kernel.E004")
        for entry in leaves(declared())
        if not _exists(entry.url_name)
    ]


def check_view(pattern: URLPattern) -> list[CheckMessage]:
    """Check one view of the URLconf."""
    view = pattern.callback
    declaring = [view, getattr(view, "view_class", None)]
    public = any(getattr(source, "public", False) for source in declaring)
    permission = next((found for source in declaring if (found := getattr(source, "permission", None))), None)
    name = f"{view.__module__}.{view.__qualname__} ({pattern.pattern})"
    if public == bool(permission):
        hint = "Déclarez « permission = Permission.X » ou « public = True », l’un des deux."
        return [Error(f"On ne sait pas qui peut ouvrir la vue {name}.", hint=hint, id="kernel.E001")]
    if permission and permission not in grants():
        return [Error(f"Aucun rôle n’a la permission « {permission} » de la vue {name}.", id="kernel.E002")]
    return []


def walk(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Yield every pattern of a URLconf, resolvers unfolded."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns)
        else:
            yield pattern


def leaves(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries that lead to a page, drop-downs unfolded."""
    for entry in entries:
        if entry.children:
            yield from leaves(entry.children)
        else:
            yield entry


def _exists(url_name: str) -> bool:
    try:
        reverse(url_name)
    except NoReverseMatch:
        return False
    return True
