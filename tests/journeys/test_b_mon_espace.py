"""B · *Who you are*: a person of two organisations finds, in each, what awaits her there.

She directs a chantier d'insertion and is the data protection officer of another one. She signs in, sees what awaits
her, acts for the other organisation, opens the notification that waited, and is in nobody's name once both ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.notifications import notify
from maillage.references.accounts.models import Membre
from maillage.references.personnes.models import DemandeDroit
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory
from tests.factories.personnes import RelationFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_person_of_two_organisations_finds_what_awaits_her_in_each(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    today, now = timezone.localdate(), timezone.now()
    her = UserFactory(email="directrice@maillage.example", prenom="Ada", nom="Essai")
    chantier = OrganisationFactory(denomination="Le Chantier des Lilas")
    atelier = OrganisationFactory(denomination="L’Atelier du Canal")
    MembreFactory(user=her, organisation=chantier, profil="siae_direction", debut=now - timedelta(days=2))
    MembreFactory(user=her, organisation=atelier, profil="dpo", debut=now - timedelta(days=1))
    RelationFactory(organisation=chantier, referent=None)
    asked = RelationFactory(organisation=atelier).personne
    DemandeDroit.objects.create(
        personne=asked, droit="acces", recue_le=today - timedelta(days=40), echeance=today - timedelta(days=9)
    )
    notify(her, "accounts.droits", "Votre rôle a changé dans L’Atelier du Canal.", reverse("kernel:parametres"))

    page.goto(f"{live_server.url}{reverse('accounts:login')}")
    page.get_by_label("Adresse électronique").fill(her.email)
    page.get_by_label("Mot de passe").fill("correct-horse-battery")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()

    # She lands on her space, in the name of the chantier.
    page.wait_for_url(f"{live_server.url}/mon-espace/")
    main, header = page.get_by_role("main"), page.get_by_role("banner")
    assert main.get_by_text("1 personne suivie n’a pas de référent").is_visible()
    assert not main.get_by_text("demande d’une personne").is_visible()
    assert header.get_by_role("link", name="Le Chantier des Lilas").is_visible()
    assert header.get_by_role("link", name="1 non lue").is_visible()
    axe(page)

    # She acts for the atelier, where a request is late.
    header.get_by_role("link", name="Le Chantier des Lilas").click()
    page.get_by_text("L’Atelier du Canal · protection des données (DPO)").click()
    axe(page)
    page.get_by_role("button", name="Agir au nom de cette organisation").click()
    page.wait_for_url(f"{live_server.url}/mon-espace/")
    assert header.get_by_role("link", name="L’Atelier du Canal").is_visible()
    assert main.get_by_role("heading", name="En retard").is_visible()
    assert main.get_by_text("1 demande d’une personne sur ses données à traiter").is_visible()
    assert not main.get_by_text("n’a pas de référent").is_visible()

    # She opens the notification: it is read.
    main.get_by_role("button", name="Ouvrir").click()
    page.wait_for_url(f"{live_server.url}/parametres/")
    assert header.get_by_role("link", name="non lue").count() == 0
    header.get_by_role("link", name="Notifications").click()
    assert page.get_by_role("link", name="Revoir").is_visible()

    # Both memberships end: her rights are gone at the next click, and she is told what to do.
    Membre.objects.filter(user=her).update(fin=now)
    page.goto(f"{live_server.url}/mon-espace/")
    assert page.get_by_text("Vous ne faites encore partie d’aucune organisation").is_visible()
    axe(page)
