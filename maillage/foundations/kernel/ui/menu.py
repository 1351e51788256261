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
    from collections.abc import Iterable, Iterator, Sequence

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
    """Return the links of a menu that this person may follow.

    The current one is the entry whose address is the longest to begin that of the page.
    """
    entries = [entry for entry in declared() if entry.place == place and _visible(entry, request)]
    current = max((url for url in _addresses(entries, request) if _leads(url, request.path)), key=len, default=None)
    return [_link(entry, request, current) for entry in entries]


def _addresses(entries: Iterable[Entry], request: HttpRequest) -> Iterator[str]:
    for entry in entries:
        if entry.children:
            yield from _addresses([child for child in entry.children if _visible(child, request)], request)
        else:
            yield reverse(entry.url_name)


def _leads(url: str, path: str) -> bool:
    """Tell whether a page is at an address or below it; every page is below the home page, which counts alone."""
    return path == url or (url.count("/") > 1 and path.startswith(url))


def _visible(entry: Entry, request: HttpRequest) -> bool:
    if entry.audience != "tous" and request.user.is_authenticated != (entry.audience == "connectes"):
        return False
    if entry.children:
        return any(_visible(child, request) for child in entry.children)
    return entry.permission is None or bool(granted(request.user, entry.permission))


def _link(entry: Entry, request: HttpRequest, current: str | None) -> Link:
    children = tuple(_link(child, request, current) for child in entry.children if _visible(child, request))
    url = "" if children else reverse(entry.url_name)
    inside = any(child.current for child in children) if children else url == current
    detail = import_string(entry.detail)(request.user) if entry.detail else ""
    return Link(entry.label, url, inside, entry.icon, entry.post, detail, children)
