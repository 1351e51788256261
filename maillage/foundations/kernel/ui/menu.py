"""The menus, as data that the rooms declare: the kernel knows no room.

An `AppConfig` lists its entries in `menu`:

    class TerritoiresConfig(AppConfig):
        menu = (Entry("Territoires", "territoires:list", order=20),)

`kernel.E004` refuses an entry whose URL name leads nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.apps import apps
from django.urls import reverse
from django.utils.module_loading import import_string

from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

Place = Literal["navigation", "tools", "search", "footer"]
Audience = Literal["tous", "anonymes", "connectes"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a menu; `children` make it a drop-down of the main navigation, which then needs no `url_name`.

    `place`: the main navigation, the quick-access links of the header, its search box (the address receives `?q=`), or
    the footer. `post` entries (signing out) are buttons of a form. `icon` is the end of a DSFR icon class. `detail` is
    the dotted path of a function `(user) -> str`, whose answer follows the label: how many are unread, for whom one
    acts.
    """

    label: str
    url_name: str = ""
    order: int = 50
    place: Place = "navigation"
    permission: str | None = None
    audience: Audience = "tous"
    icon: str = ""
    post: bool = False
    detail: str = ""
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as shown to one person on one page."""

    label: str
    url: str
    current: bool
    icon: str
    post: bool
    detail: str
    children: tuple[Link, ...]


def declared() -> tuple[Entry, ...]:
    """Return every entry of the installed rooms, in menu order."""
    found: list[Entry] = []
    for config in apps.get_app_configs():
        found.extend(getattr(config, "menu", ()))
    return tuple(sorted(found, key=lambda entry: (entry.order, entry.label)))


def menu(request: HttpRequest, place: Place) -> Sequence[Link]:
    """Return the links of a menu that this person may follow."""
    return [_link(entry, request) for entry in declared() if entry.place == place and _visible(entry, request)]


def _visible(entry: Entry, request: HttpRequest) -> bool:
    if entry.audience != "tous" and request.user.is_authenticated != (entry.audience == "connectes"):
        return False
    if entry.children:
        return any(_visible(child, request) for child in entry.children)
    return entry.permission is None or bool(granted(request.user, entry.permission))


def _link(entry: Entry, request: HttpRequest) -> Link:
    children = tuple(_link(child, request) for child in entry.children if _visible(child, request))
    url = "" if children else reverse(entry.url_name)
    inside = request.path == url or (url.count("/") > 1 and request.path.startswith(url))
    current = any(child.current for child in children) if children else inside
    detail = import_string(entry.detail)(request.user) if entry.detail else ""
    return Link(entry.label, url, current, entry.icon, entry.post, detail, children)
