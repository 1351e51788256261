"""Signing in and out."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
SIGN_IN = "/compte/connexion/"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("email", ["compte@maillage.example", "Compte@Maillage.Example"])
def test_a_person_signs_in_whatever_the_case_of_the_address(client: Client, email: str) -> None:
    UserFactory(email="compte@maillage.example")

    response = client.post(SIGN_IN, {"email": email, "password": PASSWORD})

    assert (response.status_code, response["Location"], signed_in(client)) == (302, "/", True)


@pytest.mark.parametrize(
    ("email", "password", "active"),
    [
        ("compte@maillage.example", "wrong", True),
        ("personne@maillage.example", PASSWORD, True),
        ("compte@maillage.example", PASSWORD, False),
    ],
    ids=["wrong password", "no such account", "account closed"],
)
def test_a_refusal_does_not_tell_whether_the_account_exists(
    client: Client, email: str, password: str, active: bool
) -> None:
    UserFactory(email="compte@maillage.example", is_active=active)

    response = client.post(SIGN_IN, {"email": email, "password": password})

    assert (response.status_code, signed_in(client)) == (422, False)
    assert "L’adresse électronique ou le mot de passe est incorrect." in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("/imports/", "/imports/"), ("https://ailleurs.example/", "/"), ("//ailleurs.example", "/"), ("", "/")],
)
def test_signing_in_leads_where_one_wanted_to_go_but_never_elsewhere(client: Client, asked: str, expected: str) -> None:
    user = UserFactory()

    response = client.post(f"{SIGN_IN}?next={asked}", {"email": user.email, "password": PASSWORD})

    assert response["Location"] == expected


def test_signing_out_asks_first_and_is_a_post(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get("/compte/deconnexion/").status_code == 200
    assert signed_in(client)
    response = client.post("/compte/deconnexion/")
    assert (response.status_code, response["Location"], signed_in(client)) == (302, "/", False)


def test_the_sign_in_page_is_never_kept_by_a_cache(client: Client) -> None:
    assert "no-store" in client.get(SIGN_IN)["Cache-Control"]


@pytest.mark.parametrize("demo", [True, False])
def test_the_demonstration_account_is_shown_in_the_demonstration_only(
    client: Client, settings: object, demo: bool
) -> None:
    settings.MAILLAGE_DEMO = demo  # type: ignore[attr-defined]
    page = client.get(SIGN_IN).content.decode()

    assert ("exploitant@maillage.example" in page) is demo
