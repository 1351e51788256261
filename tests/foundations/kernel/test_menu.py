"""The menus: data of the rooms, shown to those who may follow them."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from maillage.foundations.kernel.permissions import Permission
from maillage.foundations.kernel.ui import menu
from maillage.foundations.kernel.ui.menu import Entry
from maillage.references.accounts.models import User

ANONYME, CONNECTE = AnonymousUser(), User(email="a@exemple.fr")


@pytest.fixture(autouse=True)
def rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only these entries, whatever the rooms declare."""
    for config in apps.get_app_configs():
        monkeypatch.setattr(config, "menu", (), raising=False)
    entries = (
        Entry("Composants", "kernel:composants", order=20),
        Entry("Santé", "kernel:sante", order=10),
        Entry("Groupe", order=30, children=(Entry("Réservée", "kernel:sante", permission=Permission.VIEW_TACHE),)),
        Entry("Se connecter", "kernel:sante", place="tools", audience="anonymes"),
        Entry("Se déconnecter", "kernel:sante", place="tools", audience="connectes", post=True),
    )
    monkeypatch.setattr(apps.get_app_config("kernel"), "menu", entries)


def _ask(user: Any, address: str = "/") -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = user
    return request


def _labels(user: Any, place: Any) -> list[str]:
    return [link.label for link in menu.menu(_ask(user), place)]


def test_entries_follow_their_order() -> None:
    assert _labels(ANONYME, "navigation") == ["Santé", "Composants"]


def test_a_group_appears_with_the_first_entry_one_may_follow() -> None:
    assert _labels(CONNECTE, "navigation") == ["Santé", "Composants", "Groupe"]


@pytest.mark.parametrize(("user", "expected"), [(ANONYME, ["Se connecter"]), (CONNECTE, ["Se déconnecter"])])
def test_tools_depend_on_who_looks(user: Any, expected: list[str]) -> None:
    assert _labels(user, "tools") == expected


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/composants/", ["Composants"]),
        ("/composants/detail/", ["Composants"]),
        ("/sante/", ["Santé", "Groupe"]),
        ("/", []),
    ],
)
def test_the_current_page_is_marked(address: str, current: list[str]) -> None:
    assert [link.label for link in menu.menu(_ask(CONNECTE, address), "navigation") if link.current] == current


def test_a_long_drop_down_is_laid_out_by_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*subjects: str) -> list[tuple[str, list[str]]]:
        children = tuple(Entry(str(rank), "kernel:sante", groupe=subject) for rank, subject in enumerate(subjects))
        monkeypatch.setattr(apps.get_app_config("kernel"), "menu", (Entry("Salle", children=children),))
        [link] = menu.menu(_ask(ANONYME), "navigation")
        return [(subject, [each.label for each in links]) for subject, links in link.groupes]

    assert ask(*"aaaabbbb") == []  # eight are read at a glance
    assert ask(*[""] * 9) == []
    assert ask("b", "a", "b", "", *"aaaaa") == [
        ("b", ["0", "2"]),
        ("a", ["1", "4", "5", "6", "7", "8"]),
        ("Autres pages", ["3"]),
    ]


def test_of_two_addresses_that_begin_the_page_the_longest_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "reverse", {"short": "/rooms/", "long": "/rooms/chairs/", "home": "/"}.__getitem__)
    room = Entry("Salle", children=(Entry("Tout", "short"), Entry("Chaises", "long")))
    monkeypatch.setattr(apps.get_app_config("kernel"), "menu", (Entry("Accueil", "home"), room))

    def current(address: str) -> list[str]:
        links = menu.menu(_ask(ANONYME, address), "navigation")
        every = [each for link in links for each in (link, *link.children)]
        return [link.label for link in every if link.current]

    assert current("/") == ["Accueil"]
    assert current("/rooms/tables/") == ["Salle", "Tout"]
    assert current("/rooms/chairs/3/") == ["Salle", "Chaises"]
    assert current("/elsewhere/") == []
