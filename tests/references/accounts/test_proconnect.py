"""Signing in by ProConnect, against real OpenID Connect providers on this machine, honest and not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
from django.test import Client
from django.utils import timezone
from joserfc.jwk import OctKey
from oidc_provider_mock import User as MockUser
from oidc_provider_mock import run_server_in_thread

from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.middleware import VERIFIEE
from maillage.references.accounts.models import IdentiteProConnect, Invitation, SecondFacteur, User
from maillage.references.accounts.services import identites
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.references.accounts.provider import CLIENT_ID, CLIENT_SECRET, PERSON, Provider, new_key, serve

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
PAST, FUTURE = 1_500_000_000, 4_000_000_000
GO, BACK, SIGN_IN = "/compte/proconnect/", "/compte/proconnect/retour/", "/compte/connexion/"


def configure(settings: Any, issuer: str) -> None:
    settings.MAILLAGE_PROCONNECT_ISSUER = issuer
    settings.MAILLAGE_PROCONNECT_CLIENT_ID = CLIENT_ID
    settings.MAILLAGE_PROCONNECT_CLIENT_SECRET = CLIENT_SECRET


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    found = Provider()
    stop = serve(found)
    configure(settings, found.issuer)
    yield found
    stop()


@pytest.fixture
def user(provider: Provider) -> User:
    """An account that its owner has linked."""
    found = UserFactory(email=PERSON["email"])
    IdentiteProConnect.objects.create(user=found, emetteur=provider.issuer, sub=PERSON["sub"])
    return found


def come_back(client: Client, provider: Provider, asked: str = "") -> str:
    """Go to the provider and come back; return where one is led."""
    url = client.get(f"{GO}?next={asked}" if asked else GO)["Location"]
    return str(client.get(f"{BACK}?{provider.authorize(url)}")["Location"])


def is_in(client: Client) -> bool:
    return client.get("/compte/").status_code == 200


def refusal(motif: str) -> str:
    return f"/compte/proconnect/refus/{motif}/"


def test_nothing_of_it_shows_until_it_is_configured(client: Client) -> None:
    assert "S’identifier avec ProConnect" not in client.get(SIGN_IN).content.decode()
    assert (client.get(GO).status_code, client.get(BACK).status_code) == (404, 404)


def test_the_button_leads_to_the_provider_with_all_that_is_checked_on_the_way_back(
    client: Client, provider: Provider
) -> None:
    assert f'href="{GO}?next=%2Fimports%2F"' in client.get(f"{SIGN_IN}?next=/imports/").content.decode()

    url = urlsplit(client.get(GO)["Location"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}

    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.issuer}/authorize"
    assert {len(asked.pop(name)) for name in ("state", "nonce", "code_challenge")} == {43}  # 32 at least
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"http://testserver{BACK}",
        "scope": "openid given_name usual_name email siret idp_id",
        "code_challenge_method": "S256",
        "claims": '{"id_token": {"acr": null, "amr": null}}',
    }


@pytest.mark.parametrize("signed", [True, False], ids=["userinfo as a signed JWT", "userinfo as JSON"])
def test_a_linked_account_opens_and_one_lands_where_one_wanted(
    client: Client, provider: Provider, user: User, signed: bool
) -> None:
    provider.signed_userinfo = signed

    assert come_back(client, provider, "/compte/nom/") == "/compte/nom/"

    assert (is_in(client), client.session[VERIFIEE]) == (True, False)
    assert IdentiteProConnect.objects.get(user=user).siret == PERSON["siret"]


def test_a_second_factor_given_there_is_not_asked_again(
    client: Client, provider: Provider, user: User, settings: Any
) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    User.objects.filter(pk=user.pk).update(is_staff=True)
    assert come_back(client, provider, "/imports/") == "/compte/double-authentification/?next=%2Fimports%2F"
    client.post("/compte/deconnexion/")

    provider.id_token = {"amr": ["pwd", "totp", "mfa"]}
    assert come_back(client, provider, "/imports/") == "/imports/"
    assert client.get("/imports/").status_code == 200


def test_one_who_has_a_second_factor_here_is_asked_for_it(client: Client, provider: Provider, user: User) -> None:
    SecondFacteur.objects.create(user=user, secret="JBSWY3DPEHPK3PXP" * 2, confirme_le=timezone.now())
    assert come_back(client, provider, "/compte/nom/") == "/compte/connexion/code/?next=%2Fcompte%2Fnom%2F"
    assert is_in(client) is False

    provider.id_token = {"amr": ["mfa"]}
    assert come_back(client, provider) == "/mon-espace/"
    assert is_in(client) is True


@pytest.mark.parametrize(
    ("id_token", "reason"),
    [
        ({"nonce": "forged"}, "Invalid claim: 'nonce'"),
        ({"nonce": None}, "Missing claim: 'nonce'"),
        ({"iss": "https://ailleurs.example"}, "Invalid claim: 'iss'"),
        ({"iss": None}, "Missing claim: 'iss'"),
        ({"aud": "another-client"}, "Invalid claim: 'aud'"),
        ({"aud": ["another-client", "yet-another"]}, "Invalid claim: 'aud'"),
        ({"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}, "Invalid claim: 'azp'"),
        ({"aud": None}, "Missing claim: 'aud'"),
        ({"exp": PAST}, "The token is expired"),
        ({"exp": None}, "Missing claim: 'exp'"),
        ({"exp": "tomorrow"}, "'exp' must be a NumericDate"),
        ({"iat": FUTURE}, "issued in the future"),
        ({"iat": None}, "Missing claim: 'iat'"),
        ({"sub": "somebody-else"}, "userinfo speaks of somebody else"),
        ({"sub": None}, "Missing claim: 'sub'"),
        ({"amr": "mfa"}, "Invalid claim: 'amr'"),
    ],
)
def test_a_token_that_says_anything_wrong_is_refused(
    client: Client,
    provider: Provider,
    user: User,
    caplog: pytest.LogCaptureFixture,
    id_token: dict[str, Any],
    reason: str,
) -> None:
    provider.id_token = id_token
    assert (come_back(client, provider), is_in(client)) == (refusal("echec"), False)
    assert reason in caplog.text


@pytest.mark.parametrize(
    ("userinfo", "reason"),
    [
        ({"iss": "https://ailleurs.example"}, "Invalid claim: 'iss'"),
        ({"iss": None}, "Missing claim: 'iss'"),
        ({"aud": "another-client"}, "Invalid claim: 'aud'"),
        ({"aud": None}, "Missing claim: 'aud'"),
        ({"exp": PAST}, "The token is expired"),
        ({"sub": "somebody-else"}, "userinfo speaks of somebody else"),
        ({"sub": None}, "KeyError('sub')"),
        ({"email": None}, "KeyError('email')"),
    ],
)
def test_what_is_said_of_the_person_is_checked_as_well(
    client: Client,
    provider: Provider,
    user: User,
    caplog: pytest.LogCaptureFixture,
    userinfo: dict[str, Any],
    reason: str,
) -> None:
    provider.userinfo = userinfo
    assert (come_back(client, provider), is_in(client)) == (refusal("echec"), False)
    assert reason in caplog.text


def test_a_signature_by_another_key_is_refused(client: Client, provider: Provider, user: User) -> None:
    provider.signing_key = new_key()
    assert come_back(client, provider) == refusal("echec")

    provider.signing_key, provider.userinfo_key = None, new_key()
    assert (come_back(client, provider), is_in(client)) == (refusal("echec"), False)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_no_signature_or_one_by_a_shared_secret_is_refused(
    client: Client, provider: Provider, user: User, algorithm: str
) -> None:
    provider.algorithm = algorithm
    provider.signing_key = OctKey.import_key(CLIENT_SECRET * 3, {"kid": "cle-1"})  # type: ignore[assignment]
    assert (come_back(client, provider), is_in(client)) == (refusal("echec"), False)


def test_a_key_that_the_provider_has_just_changed_is_found(client: Client, provider: Provider, user: User) -> None:
    provider.key = new_key("cle-2")
    assert come_back(client, provider) == "/mon-espace/"


@pytest.mark.parametrize("query", ["code=code-1&state=forged", "code=code-1", "state=forged", ""])
def test_a_forged_state_is_refused(client: Client, provider: Provider, user: User, query: str) -> None:
    provider.authorize(client.get(GO)["Location"])
    assert (client.get(f"{BACK}?{query}")["Location"], is_in(client)) == (refusal("echec"), False)


def test_bytes_that_break_programs_stop_at_the_door(client: Client, provider: Provider, user: User) -> None:
    assert (client.get(f"{BACK}?code=%00&state=%00").status_code, is_in(client)) == (400, False)


def test_the_way_back_serves_once_and_in_the_browser_that_left(client: Client, provider: Provider, user: User) -> None:
    query = provider.authorize(client.get(GO)["Location"])
    stranger = Client()
    assert stranger.get(f"{BACK}?{query}")["Location"] == refusal("echec")
    assert client.get(f"{BACK}?{query}")["Location"] == "/mon-espace/"
    client.post("/compte/deconnexion/")
    assert (client.get(f"{BACK}?{query}")["Location"], is_in(client)) == (refusal("echec"), False)


def test_another_verifier_than_the_one_sent_is_refused(client: Client, provider: Provider, user: User) -> None:
    query = provider.authorize(client.get(GO)["Location"])
    provider.asked["code_challenge"] = "that-of-somebody-else"
    assert client.get(f"{BACK}?{query}")["Location"] == refusal("echec")


@pytest.mark.parametrize(
    ("acr", "expected"), [("eidas2", "/mon-espace/"), ("eidas1", refusal("echec")), (None, refusal("echec"))]
)
def test_a_level_of_assurance_may_be_demanded(
    client: Client, provider: Provider, user: User, settings: Any, acr: str | None, expected: str
) -> None:
    settings.MAILLAGE_PROCONNECT_ACR = ["eidas2", "eidas3"]
    provider.id_token = {"acr": acr}
    assert come_back(client, provider) == expected
    assert provider.asked["claims"] == (
        '{"id_token": {"acr": {"essential": true, "values": ["eidas2", "eidas3"]}, "amr": null}}'
    )


def test_metadata_that_speak_for_another_issuer_are_refused(client: Client, provider: Provider) -> None:
    provider.metadata = {"issuer": "https://ailleurs.example"}
    assert client.get(GO)["Location"] == refusal("indisponible")


def test_a_provider_that_is_away_is_told_in_words(client: Client, provider: Provider, settings: Any) -> None:
    provider.status = 503
    assert client.get(GO)["Location"] == refusal("indisponible")
    settings.MAILLAGE_PROCONNECT_ISSUER = "http://127.0.0.1:1"
    assert client.get(GO)["Location"] == refusal("indisponible")
    assert "ProConnect ne répond pas" in client.get(refusal("indisponible")).content.decode()


def test_one_who_gives_up_there_is_told_so(client: Client, provider: Provider) -> None:
    client.get(GO)
    assert client.get(f"{BACK}?error=access_denied&state=x")["Location"] == refusal("abandon")


def test_somebody_unknown_gets_no_account_and_is_told_to_be_invited(client: Client, provider: Provider) -> None:
    assert come_back(client, provider) == refusal("inconnu")
    assert "Un compte s’ouvre sur invitation" in client.get(refusal("inconnu")).content.decode()
    assert (User.objects.count(), is_in(client)) == (0, False)


@pytest.mark.parametrize(("days", "expected"), [(1, "invite"), (-1, "inconnu")])
def test_somebody_invited_is_led_to_the_invitation(
    client: Client, provider: Provider, days: int, expected: str
) -> None:
    Invitation.objects.create(
        organisation=OrganisationFactory(),
        email=PERSON["email"].upper(),
        profil=ProfilMembre.SIAE_DIRECTION,
        auteur=UserFactory(),
        expire_le=timezone.now() + timedelta(days=days),
    )
    assert come_back(client, provider) == refusal(expected)


def test_a_closed_account_stays_closed(client: Client, provider: Provider, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert (come_back(client, provider), is_in(client)) == (refusal("ferme"), False)


def test_the_same_address_opens_the_account_only_once_its_password_has_linked_them(
    client: Client, provider: Provider
) -> None:
    user = UserFactory(email=PERSON["email"].upper())
    assert come_back(client, provider, "/compte/nom/") == f"{SIGN_IN}?next=%2Fcompte%2Fnom%2F"
    assert is_in(client) is False
    assert "Entrez son mot de passe pour les lier" in client.get(SIGN_IN).content.decode()

    client.post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    identite = IdentiteProConnect.objects.get()
    assert (identite.user, identite.emetteur, identite.sub) == (user, provider.issuer, PERSON["sub"])

    client.post("/compte/deconnexion/")
    assert (come_back(client, provider), is_in(client)) == ("/mon-espace/", True)
    client.post("/compte/proconnect/delier/")
    assert IdentiteProConnect.objects.count() == 0


def test_the_link_is_made_after_the_second_factor_only(client: Client, provider: Provider) -> None:
    user = UserFactory(email=PERSON["email"])
    factor = SecondFacteur.objects.create(user=user, secret="JBSWY3DPEHPK3PXP" * 2, confirme_le=timezone.now())
    come_back(client, provider)
    client.post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    assert IdentiteProConnect.objects.count() == 0

    client.post("/compte/connexion/code/", {"code": pyotp.TOTP(str(factor.secret)).now()})
    assert IdentiteProConnect.objects.get().user == user


def test_an_identity_does_not_wait_for_ever(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory(email=PERSON["email"])
    come_back(client, provider)
    monkeypatch.setattr(identites, "PATIENCE", -1)
    client.post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    assert (is_in(client), IdentiteProConnect.objects.count()) == (True, 0)


def test_another_account_that_signs_in_is_not_linked(client: Client, provider: Provider) -> None:
    UserFactory(email=PERSON["email"])
    come_back(client, provider)
    client.post(SIGN_IN, {"email": UserFactory().email, "password": PASSWORD})
    assert (is_in(client), IdentiteProConnect.objects.count()) == (True, 0)


def test_a_page_of_elsewhere_cannot_link_the_account_that_is_open(client: Client, provider: Provider) -> None:
    query = provider.authorize(client.get(GO)["Location"])
    client.post(SIGN_IN, {"email": UserFactory().email, "password": PASSWORD})
    assert client.get(f"{BACK}?{query}")["Location"] == refusal("deja_connecte")
    assert IdentiteProConnect.objects.count() == 0


def test_signing_out_closes_the_session_of_proconnect_too(client: Client, provider: Provider, user: User) -> None:
    come_back(client, provider)
    assert client.post("/compte/deconnexion/")["Location"] == "/compte/proconnect/depart/"
    assert is_in(client) is False

    page = client.get("/compte/proconnect/depart/")
    url = urlsplit(page.context["url"])
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert url.path == "/session/end"
    assert (query["post_logout_redirect_uri"], len(query["state"])) == ("http://testserver/", 43)
    assert query["id_token_hint"].count(".") == 2
    assert client.get("/compte/proconnect/depart/").context["url"] == ""


def test_one_signs_out_even_when_the_provider_is_away(client: Client, provider: Provider, user: User) -> None:
    come_back(client, provider)
    provider.status = 503
    assert client.post("/compte/deconnexion/")["Location"] == "/"
    assert is_in(client) is False


def test_an_unknown_reason_is_no_page(client: Client) -> None:
    assert client.get(refusal("autre")).status_code == 404


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own code
def test_the_whole_way_against_a_provider_that_is_not_ours(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider, not us: there is no HTTPS on this machine
    claims = {**PERSON, "acr": "eidas1", "amr": ["pwd"]}
    person = MockUser(sub=claims.pop("sub"), claims=claims)
    with run_server_in_thread(user_claims=[person]) as server:
        issuer = f"http://localhost:{server.server_port}"
        configure(settings, issuer)
        user = UserFactory(email=PERSON["email"])
        IdentiteProConnect.objects.create(user=user, emetteur=issuer, sub=person.sub)

        url = client.get(GO)["Location"]
        assert "S’identifier avec ProConnect" not in requests.get(url, timeout=5).text
        answer = requests.post(url, data={"sub": person.sub}, allow_redirects=False, timeout=5)
        back = urlsplit(answer.headers["Location"])
        response = client.get(f"{back.path}?{back.query}")

        assert (response["Location"], is_in(client)) == ("/mon-espace/", True)
