"""The second factor: activate it, give it at each signing in, recover, leave it; and the roles that ask for it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier
from typing import Any

import pyotp
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from maillage.foundations.kernel.encryption import fingerprint
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.middleware import VERIFIEE
from maillage.references.accounts.models import CodeSecours, SecondFacteur, User
from maillage.references.accounts.rules import PAS, plain_code
from maillage.references.accounts.services import session as session_service
from maillage.references.accounts.services.second_facteur import verify
from tests.factories.accounts import UserFactory, member

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
SIGN_IN, CODE = "/compte/connexion/", "/compte/connexion/code/"
STEPS = "/compte/double-authentification/"
FAUX = "Ce code n’est pas valable\u202f: il a déjà servi, il a expiré, ou il comporte une erreur."


def code_of(user: User, drift: int = 0) -> str:
    secret = SecondFacteur.objects.get(user=user).secret
    return pyotp.TOTP(str(secret)).generate_otp(int(time.time()) // PAS + drift)


def sign_in(client: Client, user: User, asked: str = "") -> Any:
    return client.post(f"{SIGN_IN}?next={asked}" if asked else SIGN_IN, {"email": user.email, "password": PASSWORD})


def activate(client: Client, user: User) -> list[str]:
    """Activate the second factor through its screens; return the recovery codes."""
    client.post(STEPS)
    answer = client.post(f"{STEPS}relier/", {"code": code_of(user, -1)})
    if answer.status_code == 422:  # thirty seconds ended between the reading of the code and its check
        answer = client.post(f"{STEPS}relier/", {"code": code_of(user, -1)})
    assert answer["Location"] == f"{STEPS}codes/"
    codes = re.findall(r'<li class="mg-secret">([A-Z2-9 ]+)</li>', client.get(f"{STEPS}codes/").content.decode())
    client.post(f"{STEPS}codes/")
    return codes


@pytest.fixture
def user() -> User:
    return UserFactory(email="compte@maillage.example")


@pytest.fixture
def protected(client: Client, user: User) -> list[str]:
    """The recovery codes of the person, who has a second factor and signed out."""
    client.force_login(user)
    codes = activate(client, user)
    client.post("/compte/deconnexion/")
    return codes


def is_in(client: Client) -> bool:
    return client.get("/compte/").status_code == 200


def errors(response: Any) -> list[str]:
    return [message for messages in response.context["form"].errors.values() for message in messages]


def test_it_is_activated_by_a_first_code_and_the_recovery_codes_are_shown_once(client: Client, user: User) -> None:
    client.force_login(user)

    assert client.post(STEPS)["Location"] == f"{STEPS}relier/"
    page = client.get(f"{STEPS}relier/").content.decode()
    secret = str(SecondFacteur.objects.get(user=user).secret)
    assert " ".join(re.findall("....", secret)) in page
    assert re.search(r'<svg[^>]*class="mg-qr__svg"', page)
    assert "style=" not in page

    assert errors(client.post(f"{STEPS}relier/", {"code": "000000"})) == [FAUX]
    code = code_of(user)
    assert client.post(f"{STEPS}relier/", {"code": f"{code[:3]} {code[3:]}"})["Location"] == f"{STEPS}codes/"

    shown = [client.get(f"{STEPS}codes/").content.decode() for _ in range(2)]
    assert [page.count('<li class="mg-secret">') for page in shown] == [10, 10]  # until one says to have written them
    assert client.post(f"{STEPS}codes/")["Location"] == "/compte/"
    assert client.get(f"{STEPS}codes/")["Location"] == "/compte/"
    assert "Il vous reste 10 codes de secours." in client.get("/compte/").content.decode()
    assert (client.session[VERIFIEE], client.get(STEPS)["Location"]) == (True, "/compte/")


def test_secrets_are_in_clear_neither_in_their_tables_nor_in_the_session(client: Client, user: User) -> None:
    client.force_login(user)
    client.post(STEPS)
    secret = str(SecondFacteur.objects.get(user=user).secret)
    client.post(f"{STEPS}relier/", {"code": code_of(user)})
    codes = re.findall(r'<li class="mg-secret">([A-Z2-9 ]+)</li>', client.get(f"{STEPS}codes/").content.decode())

    with connection.cursor() as cursor:
        cursor.execute("select secret from accounts_secondfacteur")
        assert secret not in cursor.fetchone()[0]
    assert plain_code(codes[0]) not in str(dict(client.session))
    hashes = set(CodeSecours.objects.values_list("empreinte", flat=True))
    assert hashes == {fingerprint(f"{user.pk}:{plain_code(code)}", "code_secours") for code in codes}


def test_a_step_that_is_not_the_present_one_leads_to_it(client: Client, user: User) -> None:
    client.force_login(user)
    for method in (client.get, client.post):
        assert method(f"{STEPS}relier/")["Location"] == STEPS
        assert method(f"{STEPS}codes/")["Location"] == "/compte/"


def test_the_password_alone_opens_nothing_any_more(client: Client, user: User, protected: list[str]) -> None:
    assert sign_in(client, user, "/compte/nom/")["Location"] == f"{CODE}?next=%2Fcompte%2Fnom%2F"
    assert is_in(client) is False
    before = client.session.session_key

    response = client.post(f"{CODE}?next=/compte/nom/", {"code": code_of(user)})

    assert (response["Location"], is_in(client), client.session[VERIFIEE]) == ("/compte/nom/", True, True)
    assert client.session.session_key != before


def test_a_code_works_once(client: Client, user: User, protected: list[str]) -> None:
    code = code_of(user)
    sign_in(client, user)
    client.post(CODE, {"code": code})
    client.post("/compte/deconnexion/")

    sign_in(client, user)
    assert errors(client.post(CODE, {"code": code})) == [FAUX]
    assert is_in(client) is False


def test_a_recovery_code_works_once_however_it_is_typed(client: Client, user: User, protected: list[str]) -> None:
    sign_in(client, user)
    assert client.post(CODE, {"code": protected[0].lower().replace(" ", "-")}).status_code == 302
    assert "Il vous reste 9 codes de secours." in client.get("/compte/").content.decode()
    client.post("/compte/deconnexion/")

    sign_in(client, user)
    assert errors(client.post(CODE, {"code": protected[0]})) == [FAUX]
    assert Acte.objects.filter(acte="accounts.use_recovery_code").count() == 1


def test_the_codes_of_somebody_else_open_nothing(client: Client, user: User, protected: list[str]) -> None:
    other = UserFactory()
    stranger = Client()
    stranger.force_login(other)
    theirs = activate(stranger, other)

    sign_in(client, user)
    assert [errors(client.post(CODE, {"code": code})) for code in (theirs[0], code_of(other))] == [[FAUX], [FAUX]]


def test_ten_wrong_codes_block_even_from_a_new_session(client: Client, user: User, protected: list[str]) -> None:
    sign_in(client, user)
    assert [errors(client.post(CODE, {"code": "000000"})) for _ in range(10)] == [[FAUX]] * 10

    fresh = Client()
    sign_in(fresh, user)
    assert errors(fresh.post(CODE, {"code": code_of(user)}))[0].startswith("Trop de tentatives\u202f: réessayez après")


@pytest.mark.parametrize("code", ["", "é", "12 34 56 78", "x" * 40, "０００００００"])
def test_whatever_is_typed_as_a_code_is_answered(client: Client, user: User, protected: list[str], code: str) -> None:
    sign_in(client, user)
    assert client.post(CODE, {"code": code}).status_code == 422


def test_who_waits_too_long_begins_again(
    client: Client, user: User, protected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, user)
    monkeypatch.setattr(session_service, "PATIENCE", -1)
    assert client.get(CODE)["Location"] == SIGN_IN
    assert errors(client.post(CODE, {"code": code_of(user)})) == [
        "Trop de temps a passé\u202f: reprenez la connexion depuis le début."
    ]


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}], ids=["closed", "other password"])
def test_an_account_that_changed_meanwhile_is_no_longer_awaited(
    client: Client, user: User, protected: list[str], change: dict[str, Any]
) -> None:
    sign_in(client, user)
    User.objects.filter(pk=user.pk).update(**change)
    assert client.post(CODE, {"code": code_of(user)}).status_code == 422


def test_the_page_of_the_code_leads_who_is_not_awaited_to_sign_in(client: Client) -> None:
    assert client.get(CODE)["Location"] == SIGN_IN


def test_activating_closes_the_sessions_that_gave_no_second_factor(client: Client, user: User) -> None:
    other = Client()
    other.force_login(user)
    client.force_login(user)
    activate(client, user)
    assert (is_in(client), is_in(other)) == (True, False)


def test_new_recovery_codes_ask_for_the_password_and_void_the_former(
    client: Client, user: User, protected: list[str]
) -> None:
    sign_in(client, user)
    client.post(CODE, {"code": code_of(user)})

    url = f"{STEPS}renouveler/"
    assert errors(client.post(url, {"password": "wrong"})) == ["Ce n’est pas votre mot de passe actuel."]
    assert client.post(url, {"password": PASSWORD})["Location"] == f"{STEPS}codes/"
    assert CodeSecours.objects.filter(user=user).count() == 10
    assert not set(protected) & set(re.findall(r'secret">([A-Z2-9 ]+)<', client.get(f"{STEPS}codes/").content.decode()))


def test_leaving_it_asks_for_the_password_and_forgets_everything(
    client: Client, user: User, protected: list[str]
) -> None:
    sign_in(client, user)
    client.post(CODE, {"code": code_of(user)})
    other = Client()
    other.force_login(user)

    url = f"{STEPS}desactiver/"
    assert client.get(url).status_code == 200
    assert errors(client.post(url, {"password": "wrong"})) == ["Ce n’est pas votre mot de passe actuel."]
    assert client.post(url, {"password": PASSWORD})["Location"] == "/compte/"

    assert (SecondFacteur.objects.count(), CodeSecours.objects.count(), client.session[VERIFIEE]) == (0, 0, False)
    assert (is_in(client), is_in(other)) == (True, False)
    client.post("/compte/deconnexion/")
    assert sign_in(client, user)["Location"] == "/mon-espace/"


@pytest.mark.parametrize(
    ("make", "exige"),
    [
        (lambda: UserFactory(is_staff=True), True),
        (lambda: member(ProfilMembre.SIAE_ACCOMPAGNEMENT), True),
        (lambda: member(ProfilMembre.ACHETEUR, "donneur_ordre_public"), False),
        (lambda: member(ProfilMembre.ACHETEUR, "donneur_ordre_public", administrateur=True), True),
        (UserFactory, False),
    ],
    ids=["operator", "reads persons", "reads none", "may name a DPO, who reads", "no organisation"],
)
def test_who_owes_one_is_led_to_it_after_signing_in(client: Client, settings: Any, make: Any, exige: bool) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    user = make()

    landing = sign_in(client, user, "/structures/")["Location"]

    assert landing == (f"{STEPS}?next=%2Fstructures%2F" if exige else "/structures/")
    if exige:
        assert "Votre rôle le demande" in client.get(landing).content.decode()
        assert "À activer" in client.get("/compte/").content.decode()


def test_the_roles_of_an_operator_sleep_until_the_second_factor_is_given(client: Client, settings: Any) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    user = UserFactory(is_staff=True)
    sign_in(client, user)
    assert client.get("/imports/").status_code == 403

    query = "?next=/imports/"
    assert client.post(f"{STEPS}{query}")["Location"] == f"{STEPS}relier/?next=%2Fimports%2F"
    client.post(f"{STEPS}relier/{query}", {"code": code_of(user)})
    assert client.post(f"{STEPS}codes/{query}")["Location"] == "/imports/"

    assert client.get("/imports/").status_code == 200
    client.post(f"{STEPS}desactiver/", {"password": PASSWORD})
    assert client.get("/imports/").status_code == 403


@pytest.mark.parametrize("act", ["renouveler", "desactiver"])
def test_there_is_nothing_to_renew_nor_to_leave_before_it_is_active(client: Client, user: User, act: str) -> None:
    client.force_login(user)
    response = client.post(f"{STEPS}{act}/", {"password": PASSWORD})
    assert errors(response) == ["La double authentification n’est pas active."]


def test_the_person_is_told_of_what_weighs_on_the_account(
    client: Client, user: User, protected: list[str], run_jobs: Callable[[], int]
) -> None:
    sign_in(client, user)
    client.post(CODE, {"code": protected[0]})
    client.post(f"{STEPS}desactiver/", {"password": PASSWORD})
    run_jobs()

    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([user.email], "Double authentification activée"),
        ([user.email], "Un code de secours a servi"),
        ([user.email], "Double authentification désactivée"),
    ]


def test_an_operator_takes_it_away_from_somebody_recognised(client: Client, user: User, protected: list[str]) -> None:
    sign_in(client, user)
    client.post(CODE, {"code": code_of(user)})

    call_command("second_facteur", "retirer", user.email.upper(), motif="reconnue de vive voix", stdout=StringIO())

    assert (is_in(client), sign_in(client, user)["Location"]) == (False, "/mon-espace/")
    acte = Acte.objects.get(acte="accounts.remove_second_factor")
    assert (acte.auteur, acte.objet, acte.motif) == (None, user, "reconnue de vive voix")
    with pytest.raises(CommandError, match="n’est pas active"):
        call_command("second_facteur", "retirer", user.email, motif="essai")
    with pytest.raises(CommandError, match="Aucun compte à l’adresse"):
        call_command("second_facteur", "retirer", "inconnu@maillage.example", motif="essai")


def test_a_code_that_two_browsers_give_at_once_lets_one_in(transactional_db: None) -> None:
    user = UserFactory()
    factor = SecondFacteur.objects.create(user=user, secret=pyotp.random_base32(), confirme_le=timezone.now())
    code, door = pyotp.TOTP(str(factor.secret)).now(), Barrier(4)

    def give(_: int) -> bool:
        door.wait(timeout=10)
        try:
            verify(user=user, code=code)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(give, range(4))) == [False, False, False, True]
