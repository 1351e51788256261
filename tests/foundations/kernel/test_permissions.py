"""Who may do what, and the reason given when they may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from maillage.foundations.kernel.permissions import Decision, Permission, Role, granted, public, refusal, roles
from maillage.references.accounts.models import User

ANONYME, CONNECTE, EXPLOITANT = AnonymousUser(), User(email="a@exemple.fr"), User(email="b@exemple.fr", is_staff=True)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (ANONYME, {Role.VISITEUR}),
        (CONNECTE, {Role.VISITEUR, Role.CONNECTE}),
        (EXPLOITANT, {Role.VISITEUR, Role.CONNECTE, Role.EXPLOITANT}),
    ],
)
def test_each_role_holds_the_ones_before_it(user: User | AnonymousUser, expected: set[Role]) -> None:
    assert roles(user) == expected


def test_a_permission_is_granted_to_its_role_and_above() -> None:
    assert [granted(user, Permission.VIEW_TACHE).ok for user in (ANONYME, CONNECTE, EXPLOITANT)] == [False, True, True]


def test_a_refusal_says_why() -> None:
    assert granted(ANONYME, Permission.VIEW_TACHE).reason == "Connectez-vous pour accéder à cette page."


def test_a_refusal_names_who_may(monkeypatch: pytest.MonkeyPatch) -> None:
    holders = {"essai.gerer": frozenset({Role.EXPLOITANT})}
    monkeypatch.setattr("maillage.foundations.kernel.permissions.grants", lambda: holders)
    expected = "Cette page est réservée à ces profils\u202f: les exploitants de la plateforme."
    assert granted(CONNECTE, "essai.gerer").reason == expected


def test_a_permission_that_nobody_holds_is_a_mistake() -> None:
    with pytest.raises(LookupError, match=r"essai\.inconnue"):
        granted(EXPLOITANT, "essai.inconnue")


def _get(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/page/?a=1")
    request.user = user
    return request


def test_an_anonymous_visitor_is_led_to_the_sign_in_page(settings: Any) -> None:
    settings.LOGIN_URL = "/connexion/"
    response = refusal(_get(ANONYME), Decision(False, "Connectez-vous."))
    assert (response.status_code, response["Location"]) == (302, "/connexion/?next=/page/%3Fa%3D1")


def test_a_signed_in_person_is_told_the_reason() -> None:
    with pytest.raises(PermissionDenied, match="les exploitants de la plateforme"):
        refusal(_get(CONNECTE), Decision(False, "Cette page est réservée\u202f: les exploitants de la plateforme."))


def test_declarations_are_readable_by_the_system_check() -> None:
    assert public(lambda request: HttpResponse()).public is True
