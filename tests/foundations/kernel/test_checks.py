"""The system checks: they find what breaks a convention, and the house breaks none."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from maillage.foundations.kernel import checks
from maillage.foundations.kernel.permissions import Permission, public
from maillage.foundations.kernel.screens import Screen
from maillage.foundations.kernel.ui.menu import Entry, declared


class Ouverte(Screen):
    public = True


class Reservee(Screen):
    permission = Permission.VIEW_TACHE


class Muette(Screen):
    pass


class Contradictoire(Screen):
    public = True
    permission = Permission.VIEW_TACHE


class Orpheline(Screen):
    permission = "essai.inconnue"


class Situee(Reservee):
    portee = "les siens"


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _pattern(view: Callable[..., HttpResponse], address: str = "essai/") -> URLPattern:
    return path(address, view)


@pytest.mark.parametrize(
    ("view", "codes"),
    [
        (Ouverte.as_view(), []),
        (Reservee.as_view(), []),
        (Muette.as_view(), ["kernel.E001"]),
        (Contradictoire.as_view(), ["kernel.E001"]),
        (Orpheline.as_view(), ["kernel.E002"]),
        (bare, ["kernel.E001"]),
        (public(lambda request: HttpResponse()), []),
        (public(Muette.as_view()), []),
    ],
    ids=["public", "permission", "neither", "both", "unknown", "function", "@public", "public(library)"],
)
def test_a_view_declares_who_may_open_it(view: Callable[..., HttpResponse], codes: list[str]) -> None:
    assert [message.id for message in checks.check_view(_pattern(view))] == codes


@pytest.mark.parametrize(
    ("view", "codes"),
    [(Ouverte.as_view(), []), (Reservee.as_view(), ["kernel.E005"]), (Situee.as_view(), [])],
    ids=["public", "whose objects?", "said"],
)
def test_an_address_that_names_an_object_says_whose(view: Callable[..., HttpResponse], codes: list[str]) -> None:
    assert [message.id for message in checks.check_view(_pattern(view, "essai/<int:pk>/"))] == codes


def test_the_house_passes_its_own_checks() -> None:
    assert [*checks.check_views(), *checks.check_permissions(), *checks.check_menus()] == []


@pytest.mark.parametrize("place", ["navigation", "footer"])
def test_no_two_entries_of_a_menu_share_their_order(place: str) -> None:
    """Two that did would follow each other by chance: the alphabet, not what one does first."""
    orders = [entry.order for entry in declared() if entry.place == place]
    assert orders == sorted(set(orders))


def test_a_menu_entry_that_leads_nowhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Entry("Perdue", "nulle:part")
    monkeypatch.setattr(apps.get_app_config("kernel"), "menu", (Entry("Groupe", children=(child,)),), raising=False)
    assert [message.id for message in checks.check_menus()] == ["kernel.E004"]


def test_a_permission_declared_twice_or_held_by_nobody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Essai(StrEnum):
        VIEW = "essai.view"

    modules = [
        SimpleNamespace(__name__=name, Permission=Essai, ROLES={}) for name in ("a.permissions", "b.permissions")
    ]
    monkeypatch.setattr(checks, "permission_modules", lambda: modules)
    messages = [str(message.msg) for message in checks.check_permissions()]
    assert messages == [
        "« essai.view » est déclarée plusieurs fois : a.permissions, b.permissions.",
        "Aucun rôle n’a la permission « essai.view » (a.permissions).",
    ]
