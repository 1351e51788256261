"""One's own account: the page, the name, the password, the sessions elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client
from django.urls import reverse

from maillage.foundations.kernel.models import Acte
from maillage.references.accounts.models import Session, User
from tests.factories.accounts import MembreFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
BETTER = "Tr7!kpZq9%wM"
FORGOTTEN = "/compte/mot-de-passe/oublie/"


@pytest.fixture
def user(client: Client) -> User:
    found = UserFactory(email="compte@maillage.example", prenom="Camille", nom="Essai")
    client.force_login(found)
    return found


def elsewhere(user: User) -> Client:
    """Return another browser where the person is signed in."""
    other = Client(headers={"User-Agent": "Firefox/128.0 (Windows)"})
    other.post("/compte/connexion/", {"email": user.email, "password": PASSWORD})
    return other


def is_in(client: Client) -> bool:
    return client.get("/compte/").status_code == 200


def errors(response: object) -> list[str]:
    form = response.context["form"]  # type: ignore[attr-defined]
    return [message for messages in form.errors.values() for message in messages]


def test_the_page_tells_all_that_one_may_look_after(client: Client, user: User) -> None:
    membre = MembreFactory(user=user, administrateur=True)
    elsewhere(user)

    page = client.get("/compte/").content.decode()

    expected = ["Camille Essai", user.email, membre.organisation.denomination, membre.fonction, "Cette session"]
    assert [text for text in expected if text not in page] == []
    assert page.count("Fermer la session") == 0
    assert page.count(">Fermer<span") == 1


def test_the_page_asks_as_many_queries_whatever_the_sessions(
    client: Client, user: User, django_assert_constant_queries: Callable[..., None]
) -> None:
    def more(number: int) -> None:
        for _ in range(number):
            elsewhere(user)
            MembreFactory(user=user)

    client.get("/compte/")
    django_assert_constant_queries(more, lambda: client.get("/compte/"))


def test_the_page_asks_to_sign_in(client: Client) -> None:
    assert client.get("/compte/")["Location"] == "/compte/connexion/?next=/compte/"


def test_one_corrects_their_name_and_the_journal_keeps_only_which_field(client: Client, user: User) -> None:
    assert client.post("/compte/nom/", {"prenom": "Camille", "nom": " Épreuve "})["Location"] == "/compte/"

    user.refresh_from_db()
    assert (user.prenom, user.nom) == ("Camille", "Épreuve")
    assert Acte.objects.get(acte="accounts.rename").details == {"champs": ["nom"]}


def test_a_revoked_session_is_out_at_its_next_click(client: Client, user: User) -> None:
    other = elsewhere(user)
    session = Session.objects.exclude(session_key=client.session.session_key).get()

    url = reverse("accounts:fermer_session", args=[session.public_id])
    assert "Firefox sous Windows" in client.get(url).content.decode()
    assert client.post(url)["Location"] == "/compte/"

    assert (is_in(client), is_in(other)) == (True, False)


def test_the_session_of_somebody_else_is_not_found(client: Client, user: User) -> None:
    other = elsewhere(UserFactory())
    session = Session.objects.exclude(user=user).get()

    url = reverse("accounts:fermer_session", args=[session.public_id])
    assert (client.get(url).status_code, client.post(url).status_code, is_in(other)) == (404, 404, True)


def test_the_public_name_of_a_session_does_not_open_it(client: Client, user: User) -> None:
    session = Session.objects.get()
    assert session.public_id.hex not in session.session_key
    thief = Client()
    thief.cookies["sessionid"] = session.public_id.hex
    assert is_in(thief) is False


def test_every_other_session_is_closed_at_once(client: Client, user: User) -> None:
    others, stranger = [elsewhere(user), elsewhere(user)], elsewhere(UserFactory())

    client.post("/compte/sessions/autres/fermer/")

    assert (is_in(client), [is_in(other) for other in others], is_in(stranger)) == (True, [False, False], True)
    assert Acte.objects.get(acte="accounts.revoke_sessions").details == {"sessions": 2}


def change(client: Client, **data: str) -> object:
    form = {"ancien": PASSWORD, "nouveau": BETTER, "encore": BETTER}
    return client.post("/compte/mot-de-passe/", {**form, **data})


def test_a_new_password_closes_the_other_sessions_and_tells_the_person(
    client: Client, user: User, run_jobs: Callable[[], int]
) -> None:
    other = elsewhere(user)

    assert change(client).status_code == 302  # type: ignore[attr-defined]
    run_jobs()

    user.refresh_from_db()
    assert (user.check_password(BETTER), is_in(client), is_in(other)) == (True, True, False)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["compte@maillage.example"], "Votre mot de passe a changé")
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"ancien": "wrong"}, "Ce n’est pas votre mot de passe actuel."),
        ({"encore": "Autre!kpZq9%wM"}, "Les deux mots de passe ne sont pas les mêmes."),
        ({"nouveau": "Tr7!kpZ", "encore": "Tr7!kpZ"}, "Ce mot de passe est trop court."),
        ({"nouveau": "compte@maillage", "encore": "compte@maillage"}, "Le mot de passe est trop semblable au champ"),
        ({"nouveau": "abcdefghijklmnop", "encore": "abcdefghijklmnop"}, "Ce mot de passe est trop facile à deviner."),
        ({"nouveau": "qwertyuiop123456789", "encore": "qwertyuiop123456789"}, "Ce mot de passe est trop"),
    ],
    ids=["wrong present one", "typed otherwise", "too short", "like the address", "a sequence", "keys in a row"],
)
def test_a_password_that_will_not_do_is_refused_with_its_reason(
    client: Client, user: User, data: dict[str, str], expected: str
) -> None:
    response = change(client, **data)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert any(message.startswith(expected) for message in errors(response)), errors(response)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_common_password_is_refused(client: Client, user: User) -> None:
    common = "1q2w3e4r5t6y7u8i9o0p"
    assert "Ce mot de passe est trop courant." in errors(change(client, nouveau=common, encore=common))


def test_the_rule_of_passwords_is_told_before_one_types(client: Client, user: User) -> None:
    page = client.get("/compte/mot-de-passe/").content.decode()
    assert "Choisissez douze caractères mêlant minuscules, majuscules, chiffres et signes" in page


def test_the_present_password_cannot_be_guessed_for_ever(client: Client, user: User) -> None:
    [change(client, ancien="wrong") for _ in range(10)]
    assert errors(change(client))[0].startswith("Trop de tentatives\u202f: réessayez après")


def ask_link(client: Client, email: str, run_jobs: Callable[[], int]) -> str:
    """Ask for a link; return its address, empty when no message left."""
    mail.outbox.clear()
    response = client.post(FORGOTTEN, {"email": email})
    assert (response.status_code, response["Location"]) == (302, "/compte/mot-de-passe/oublie/envoye/")
    run_jobs()
    lines = [line for message in mail.outbox for line in message.body.splitlines() if line.startswith("http://")]
    return lines[0].removeprefix("http://testserver") if lines else ""


def test_a_forgotten_password_is_replaced_by_a_link_that_serves_once(
    client: Client, user: User, run_jobs: Callable[[], int]
) -> None:
    other, visitor = client, Client()
    url = ask_link(visitor, "COMPTE@maillage.example", run_jobs)

    assert visitor.get(url).status_code == 200
    assert visitor.post(url, {"nouveau": "court", "encore": "court"}).status_code == 422
    assert visitor.post(url, {"nouveau": BETTER, "encore": BETTER})["Location"] == "/compte/connexion/"

    user.refresh_from_db()
    assert (user.check_password(BETTER), is_in(other)) == (True, False)
    assert visitor.get(url)["Location"] == "/compte/mot-de-passe/oublie/perime/"
    assert errors(visitor.post(url, {"nouveau": BETTER, "encore": BETTER})) == [
        "Ce lien ne vaut plus\u202f: demandez-en un autre."
    ]


@pytest.mark.parametrize("email", ["inconnu@maillage.example", "ferme@maillage.example"])
def test_the_answer_is_the_same_when_there_is_no_account(
    client: Client, email: str, run_jobs: Callable[[], int]
) -> None:
    UserFactory(email="ferme@maillage.example", is_active=False)
    assert ask_link(client, email, run_jobs) == ""


def test_a_link_expires(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    token = default_token_generator.make_token(user)
    url = reverse("accounts:nouveau_mot_de_passe", kwargs={"public_id": user.public_id, "token": token})
    assert client.get(url).status_code == 200

    later = default_token_generator._now
    monkeypatch.setattr(default_token_generator, "_now", lambda: later() + timedelta(minutes=61))
    assert client.get(url)["Location"] == "/compte/mot-de-passe/oublie/perime/"


def test_a_link_opens_no_other_account(client: Client) -> None:
    token = default_token_generator.make_token(UserFactory())
    url = reverse("accounts:nouveau_mot_de_passe", kwargs={"public_id": UserFactory().public_id, "token": token})
    assert client.get(url)["Location"] == "/compte/mot-de-passe/oublie/perime/"


def test_links_cannot_be_asked_for_ever(client: Client, run_jobs: Callable[[], int]) -> None:
    UserFactory(email="compte@maillage.example")
    statuses = [client.post(FORGOTTEN, {"email": "compte@maillage.example"}).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [422]


def test_a_new_password_opens_a_blocked_account(client: Client, run_jobs: Callable[[], int]) -> None:
    UserFactory(email="compte@maillage.example")
    url = ask_link(client, "compte@maillage.example", run_jobs)
    for _ in range(11):
        client.post("/compte/connexion/", {"email": "compte@maillage.example", "password": "wrong"})

    client.post(url, {"nouveau": BETTER, "encore": BETTER})

    signing_in = {"email": "compte@maillage.example", "password": BETTER}
    assert client.post("/compte/connexion/", signing_in).status_code == 302
