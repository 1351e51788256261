"""Issue B: a directrice invites her two CIP; they accept from the message they received; one leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.accounts import OrganisationFactory, member

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SECRET = "mot-de-passe-assez-long"


def test_from_an_invitation_to_a_member_then_to_nobody(
    page: Page,
    browser: Browser,
    live_server: LiveServer,
    run_jobs: Callable[[], int],
    axe: Callable[[Page], None],
) -> None:
    chantier = OrganisationFactory(denomination="Chantier du Tilleul")
    directrice = member("siae_direction", organisation=chantier, administrateur=True)
    fiche = f"{live_server.url}{reverse('organisations:detail', args=[chantier.public_id])}"
    page.goto(f"{live_server.url}/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(directrice.email)
    page.get_by_label("Mot de passe").fill("correct-horse-battery")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()

    # She finds her organisation and invites two people.
    page.goto(f"{live_server.url}/organisations/?q=tilleul")
    axe(page)
    page.get_by_role("link", name="Chantier du Tilleul", exact=True).click()
    for prenom in ("Première", "Seconde"):
        page.get_by_role("link", name="Inviter une personne").click()
        axe(page)
        page.get_by_label("Adresse électronique").fill(f"{prenom[0].lower()}@maillage.example")
        page.get_by_label("Prénom").fill(prenom)
        page.get_by_label("Nom", exact=True).fill("Conseillère")
        page.get_by_label("Rôle", exact=True).select_option(label="conseil en insertion (CIP)")
        page.get_by_role("button", name="Envoyer l’invitation").click()
        expect(page.get_by_text("L’invitation est envoyée.")).to_be_visible()
    axe(page)
    run_jobs()
    assert [message.to for message in mail.outbox] == [["p@maillage.example"], ["s@maillage.example"]]

    # Each one opens the link of her message, on her own machine, without JavaScript for the second one.
    pages = []
    for message, script in zip(mail.outbox, (True, False), strict=True):
        [link] = re.findall(r"http://\S+", str(message.body))
        own = browser.new_context(java_script_enabled=script).new_page()
        own.goto(link)
        if script:
            axe(own)
        own.get_by_label("Mot de passe").first.fill(SECRET)
        own.get_by_label("Mot de passe, une seconde fois").fill(SECRET)
        own.get_by_role("button", name="Créer mon compte et rejoindre").click()
        expect(own.get_by_role("heading", level=1)).to_have_text("Chantier du Tilleul")
        expect(own.get_by_role("row").filter(has_text="Conseillère").first).to_be_visible()
        pages.append(own)

    # The link was for once: opened again, it says so.
    again = browser.new_context().new_page()
    again.goto(link)
    expect(again.get_by_text("Cette invitation a déjà été acceptée.")).to_be_visible()
    axe(again)

    # One membership is ended: at her next click, the person sees the members no longer.
    page.goto(fiche)
    page.get_by_role("link", name="Retirer Première Conseillère").click()
    axe(page)
    page.get_by_role("button", name="Retirer de l’organisation").click()
    expect(page.get_by_text("La personne n’est plus membre de l’organisation.")).to_be_visible()
    first, second = pages
    first.reload()
    second.reload()
    expect(first.get_by_role("heading", name="Membres")).to_have_count(0)
    expect(second.get_by_role("heading", name="Membres")).to_have_count(1)
