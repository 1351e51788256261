"""System checks that hold the conventions of the house: `manage.py` refuses to start when one is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string

from maillage.foundations.kernel import attentes, notification_kinds
from maillage.foundations.kernel.permissions import grants, permission_modules
from maillage.foundations.kernel.ui.menu import declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from maillage.foundations.kernel.ui.menu import Entry


@register(Tags.urls)
def check_views(**kwargs: Any) -> list[CheckMessage]:
    """E001, E002, E005: every view says who may open it, by one permission that some role holds, or `public = True`,
    and which objects it opens to them when its address names one.
    """
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


@register(Tags.models)
def check_attentes(**kwargs: Any) -> list[CheckMessage]:
    """E006: every dotted path that a room declares leads to a function."""
    paths = [*attentes.declared(), *(entry.detail for entry in leaves(declared()) if entry.detail)]
    return [
        Error(f"Ce chemin déclaré par une pièce ne mène à rien : {path}.", id="kernel.E006")
        for path in paths
        if not _importable(path)
    ]


@register(Tags.models)
def check_notifications(**kwargs: Any) -> list[CheckMessage]:
    """E007: a kind of notification is declared once."""
    codes = [kind.code for kind in notification_kinds.declared()]
    return [
        Error(f"Le type de notification « {code} » est déclaré plusieurs fois.", id="kernel.E007")
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]


def check_view(pattern: URLPattern) -> list[CheckMessage]:
    """Check one view of the URLconf."""
    view = pattern.callback
    declaring = [view, getattr(view, "view_class", None)]
    public = any(getattr(source, "public", False) for source in declaring)
    permission = declared_permission(view)
    name = f"{view.__module__}.{view.__qualname__} ({pattern.pattern})"
    if public == bool(permission):
        hint = "Déclarez « permission = Permission.X » ou « public = True », l’un des deux."
        return [Error(f"On ne sait pas qui peut ouvrir la vue {name}.", hint=hint, id="kernel.E001")]
    if permission and permission not in grants():
        return [Error(f"Aucun rôle n’a la permission « {permission} » de la vue {name}.", id="kernel.E002")]
    if permission and pattern.pattern.converters and not declared_portee(view):
        hint = "Dites « portee = … »\u202f: quels objets la page ouvre à qui a la permission."
        return [Error(f"On ne sait pas de qui sont les objets de la vue {name}.", hint=hint, id="kernel.E005")]
    return []


def declared_portee(view: Any) -> str:
    """Return which objects a view says it opens, in French; empty when it opens none in particular."""
    return getattr(getattr(view, "view_class", view), "portee", "")


def walk(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Yield every pattern of a URLconf, resolvers unfolded."""
    return (pattern for _, _, pattern in routes(patterns))


def routes(
    patterns: Iterable[URLPattern | URLResolver], namespace: str = "", path: str = "/"
) -> Iterator[tuple[str, str, URLPattern]]:
    """Yield the name, the path and the pattern of every address: `("imports:lot", "/imports/…", …)`."""
    for pattern in patterns:
        here = f"{path}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner, here)
        else:
            yield f"{namespace}{pattern.name}", here, pattern


def declared_permission(view: Any) -> str | None:
    """Return the permission that a view asks for, None when it is open to all."""
    declaring = (view, getattr(view, "view_class", None))
    return next((found for source in declaring if (found := getattr(source, "permission", None))), None)


def leaves(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries that lead to a page, drop-downs unfolded."""
    for entry in entries:
        if entry.children:
            yield from leaves(entry.children)
        else:
            yield entry


def _importable(path: str) -> bool:
    try:
        return callable(import_string(path))
    except ImportError:
        return False


def _exists(url_name: str) -> bool:
    try:
        reverse(url_name)
    except NoReverseMatch:
        return False
    return True
