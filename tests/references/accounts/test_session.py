"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from maillage.foundations.kernel import retention
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, Compteur
from maillage.references.accounts.models import Session
from maillage.references.accounts.services.limites import compte_de
from maillage.references.accounts.services.session import open_session
from maillage.references.accounts.sessions import OUVERTE
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

    assert (response.status_code, response["Location"], signed_in(client)) == (302, "/mon-espace/", True)


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
    [
        ("/imports/", "/imports/"),
        ("https://ailleurs.example/", "/mon-espace/"),
        ("//ailleurs.example", "/mon-espace/"),
        ("", "/mon-espace/"),
    ],
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


def try_to_sign_in(client: Client, password: str, email: str = "compte@maillage.example", **extra: str) -> str:
    """Return « in », « wrong » or « blocked »."""
    response = client.post(SIGN_IN, {"email": email, "password": password}, **extra)
    if response.status_code == 302:
        return "in"
    return "blocked" if "Trop de tentatives\u202f: réessayez après" in response.content.decode() else "wrong"


@pytest.mark.parametrize("email", ["compte@maillage.example", "inconnu@maillage.example"])
def test_ten_wrong_passwords_block_whether_the_account_exists_or_not(client: Client, email: str) -> None:
    UserFactory(email="compte@maillage.example")

    assert [try_to_sign_in(client, "wrong", email) for _ in range(11)] == ["wrong"] * 10 + ["blocked"]
    assert try_to_sign_in(client, PASSWORD, email.upper()) == "blocked"


DOTLESS = "v\u0131ct\u0131me@maillage.example"


def test_the_spelling_of_an_address_does_not_give_more_tries(client: Client, rf: RequestFactory) -> None:
    """The database, when it ignores case, reads « ı » as « i »; a form lets one alphabet in."""
    user = UserFactory(email="victime@maillage.example")

    for page in (SIGN_IN, "/compte/mot-de-passe/oublie/"):
        form = client.post(page, {"email": DOTLESS, "password": "wrong"}).context["form"]
        assert form.errors["email"] == ["Une adresse électronique s’écrit sans accent ni lettre d’un autre alphabet."]

    assert {compte_de(email) for email in (DOTLESS, user.email, user.email.upper())} == {str(user.pk)}
    for _ in range(10):
        with pytest.raises(Refused):
            open_session(request=rf.post(SIGN_IN), email=DOTLESS, password="wrong")
    assert try_to_sign_in(client, PASSWORD, user.email) == "blocked"


def test_a_blocked_account_says_until_when_and_opens_then(client: Client) -> None:
    UserFactory(email="compte@maillage.example")
    [try_to_sign_in(client, "wrong") for _ in range(10)]

    page = client.post(SIGN_IN, {"email": "compte@maillage.example", "password": PASSWORD}).content.decode()
    counter = Compteur.objects.latest("nombre")
    assert f"réessayez après {timezone.localtime(counter.expire_le):%H\u202fh\u202f%M}." in page

    Compteur.objects.update(expire_le=timezone.now() - timedelta(seconds=1))
    assert try_to_sign_in(client, PASSWORD) == "in"


def test_a_right_password_starts_the_count_again(client: Client) -> None:
    UserFactory(email="compte@maillage.example")

    for _ in range(2):
        assert [try_to_sign_in(client, "wrong") for _ in range(9)] == ["wrong"] * 9
        assert try_to_sign_in(client, PASSWORD) == "in"


def test_an_address_is_blocked_by_its_failures_over_many_accounts(client: Client) -> None:
    UserFactory(email="compte@maillage.example")
    for number in range(100):
        assert try_to_sign_in(client, "wrong", f"personne{number}@ailleurs.example") == "wrong"

    assert try_to_sign_in(client, PASSWORD) == "blocked"
    assert try_to_sign_in(client, PASSWORD, REMOTE_ADDR="192.0.2.7") == "in"


def test_those_who_sign_in_do_not_weigh_on_the_address_that_they_share(client: Client) -> None:
    UserFactory(email="compte@maillage.example")

    assert [try_to_sign_in(client, PASSWORD) for _ in range(101)] == ["in"] * 101


def test_signing_in_is_written_in_the_journal(client: Client) -> None:
    user = UserFactory(email="compte@maillage.example")
    try_to_sign_in(client, PASSWORD)

    acte = Acte.objects.get(acte="accounts.sign_in")
    assert (acte.auteur, acte.objet, acte.details) == (
        user,
        user,
        {"methode": "mot_de_passe", "second_facteur": False},
    )


def test_a_session_lasts_its_days_from_the_signing_in_however_used(client: Client) -> None:
    user = UserFactory(email="compte@maillage.example")
    try_to_sign_in(client, PASSWORD)
    session = Session.objects.get(user=user)
    assert abs(session.expire_date - session.ouverte_le - timedelta(days=7)) < timedelta(seconds=2)
    assert int(client.cookies["sessionid"]["max-age"]) in range(7 * 86400 - 5, 7 * 86400 + 1)

    opened = timezone.now() - timedelta(days=6)
    store = client.session
    store[OUVERTE] = opened.isoformat()
    store.save()
    session.refresh_from_db()
    assert abs(session.expire_date - opened - timedelta(days=7)) < timedelta(seconds=2)


def test_a_session_knows_whose_it_is_and_where_it_is_open(client: Client) -> None:
    user = UserFactory(email="compte@maillage.example")
    try_to_sign_in(client, PASSWORD, HTTP_USER_AGENT="Firefox/128.0 Windows", REMOTE_ADDR="192.0.2.7")

    session = Session.objects.get(user=user)
    assert (session.navigateur, session.adresse) == ("Firefox/128.0 Windows", "192.0.2.7")


def test_a_session_is_seen_again_after_some_minutes_only(client: Client) -> None:
    client.force_login(UserFactory())
    client.get("/compte/")
    before = Session.objects.get().vue_le
    client.get("/compte/")
    assert Session.objects.get().vue_le == before

    Session.objects.update(vue_le=before - timedelta(minutes=6))
    client.get("/compte/")
    assert Session.objects.get().vue_le > before


def test_a_session_that_is_over_is_forgotten_at_night(client: Client) -> None:
    user = UserFactory(email="compte@maillage.example")
    try_to_sign_in(client, PASSWORD)
    try_to_sign_in(Client(), PASSWORD)
    Session.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now())

    list(retention.run(on=timezone.localdate(), automatiques=True))

    assert Session.objects.filter(user=user).count() == 1
