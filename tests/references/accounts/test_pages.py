"""The pages that `tests/journeys/test_every_page.py` cannot open by their address alone: axe, and a phone's width."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from oidc_provider_mock import User as MockUser
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from maillage.references.accounts.models import IdentiteProConnect, SecondFacteur
from maillage.references.accounts.rules import PAS
from tests.factories.accounts import MembreFactory, UserFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct-horse-battery"


def test_from_the_first_sign_in_to_the_second_factor(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None], settings: Any
) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
        setattr(settings, f"MAILLAGE_PROCONNECT_{name}", "http://127.0.0.1:1")
    user = UserFactory(email="camille@maillage.example", prenom="Camille", nom="Essai")
    MembreFactory(user=user, administrateur=True)
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Security Policy" in message.text else None)

    def look(title: str) -> None:
        assert page.locator("h1").inner_text() == title
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    def sign_in(password: str) -> None:
        page.get_by_label("Adresse électronique").fill(user.email)
        page.get_by_label("Mot de passe").fill(password)
        page.get_by_role("main").get_by_role("button", name="Se connecter").click()

    def press(name: str) -> None:
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    page.goto(f"{live_server.url}/compte/connexion/?next=/compte/")
    look("Se connecter")
    sign_in("wrong")
    look("Se connecter")
    sign_in(PASSWORD)
    look("Activer la double authentification")
    press("J’ai une application, continuer")
    look("Relier votre application")
    totp = pyotp.TOTP(str(SecondFacteur.objects.get(user=user).secret))
    page.get_by_label("Code affiché par l’application").fill(totp.generate_otp(int(time.time()) // PAS - 1))
    press("Activer")
    look("Vos codes de secours")
    press("J’ai noté mes codes")
    look("Mon compte")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/compte/connexion/?next=/compte/")
    sign_in(PASSWORD)
    look("Confirmer votre identité")
    page.get_by_label("Code").fill(totp.generate_otp(int(time.time()) // PAS))
    press("Confirmer")
    look("Mon compte")
    assert blocked == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own code
def test_a_browser_goes_to_proconnect_and_back_then_signs_out_of_both(
    page: Page, live_server: LiveServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider, not us: there is no HTTPS on this machine
    user = UserFactory(email="camille@maillage.example")
    person = MockUser(sub="agent-1", claims={"email": user.email, "amr": ["mfa"]})
    with run_server_in_thread(user_claims=[person]) as server:
        issuer = f"http://localhost:{server.server_port}"
        settings.MAILLAGE_PROCONNECT_ISSUER = issuer
        settings.MAILLAGE_PROCONNECT_CLIENT_ID = settings.MAILLAGE_PROCONNECT_CLIENT_SECRET = "essai"
        IdentiteProConnect.objects.create(user=user, emetteur=issuer, sub=person.sub)

        page.goto(f"{live_server.url}/compte/connexion/?next=/compte/")
        page.get_by_role("link", name="S’identifier avec ProConnect").click()
        page.get_by_role("button", name=person.sub).click()
        page.wait_for_url(f"{live_server.url}/compte/")
        assert page.get_by_text("Votre compte est lié à ProConnect.").is_visible()

        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(f"{issuer}/oauth2/end_session?*")
        page.goto(f"{live_server.url}/compte/")
        assert page.url == f"{live_server.url}/compte/connexion/?next=/compte/"
