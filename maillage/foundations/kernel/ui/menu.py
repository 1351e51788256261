"""The menus, as data that the rooms declare: the kernel knows no room.

An `AppConfig` lists its entries in `menu`:

    class TerritoiresConfig(AppConfig):
        menu = (Entry("Territoires", "territoires:list", order=20),)

`kernel.E004` refuses an entry whose URL name leads nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from django.apps import apps
from django.urls import reverse
from django.utils.module_loading import import_string

from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

COURT = 8  # entries that one reads at a glance
AUTRES = "Autres pages"
Place = Literal["navigation", "tools", "search", "footer"]
Audience = Literal["tous", "anonymes", "connectes"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a menu; `children` make it a drop-down of the main navigation, which then needs no `url_name`.

    `place`: the main navigation, the quick-access links of the header, its search box (the address receives `?q=`), or
    the footer. `post` entries (signing out) are buttons of a form. `icon` is the end of a DSFR icon class. `detail` is
    the dotted path of a function `(user) -> str`, whose answer follows the label: how many are unread, for whom one
    acts. `groupe` is the subject of a child: a long drop-down is laid out by subjects, in the order that they come.
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
    groupe: str = ""


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
    groupe: str = ""

    @property
    def groupes(self) -> Sequence[tuple[str, list[Link]]]:
        """The children by subject; none for a short drop-down, or where no child has one."""
        if len(self.children) <= COURT or not any(each.groupe for each in self.children):
            return ()
        found: dict[str, list[Link]] = {}
        for each in self.children:
            found.setdefault(each.groupe or AUTRES, []).append(each)
        return tuple(found.items())


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
    declared_here = (entry for entry in declared() if entry.place == place)
    entries = [entry for each in declared_here if (entry := _shown(each, request.user))]
    urls = {leaf.url_name: reverse(leaf.url_name) for entry in entries for leaf in entry.children or (entry,)}
    current = max((url for url in urls.values() if _leads(url, request.path)), key=len, default=None)
    return [_link(entry, request.user, urls, current) for entry in entries]


def _shown(entry: Entry, user: Any) -> Entry | None:
    """Return an entry with those of its children that this person may follow, or None when nothing is left of it."""
    if entry.audience != "tous" and user.is_authenticated != (entry.audience == "connectes"):
        return None
    if entry.children:
        children = tuple(child for each in entry.children if (child := _shown(each, user)))
        return replace(entry, children=children) if children else None
    return entry if entry.permission is None or granted(user, entry.permission) else None


def _leads(url: str, path: str) -> bool:
    """Tell whether a page is at an address or below it; every page is below the home page, which counts alone."""
    return path == url or (url.count("/") > 1 and path.startswith(url))


def _link(entry: Entry, user: Any, urls: Mapping[str, str], current: str | None) -> Link:
    children = tuple(_link(child, user, urls, current) for child in entry.children)
    url = "" if children else urls[entry.url_name]
    inside = any(child.current for child in children) if children else url == current
    detail = import_string(entry.detail)(user) if entry.detail else ""
    return Link(entry.label, url, inside, entry.icon, entry.post, detail, children, entry.groupe)
