"""1.2 · *Reach the publics who are missing*: the State sets a target, a SIAE answers, the network looks for who is far.

A DDETS agent sets the share of women asked for in 2025 in the Val-d'Oise. A director types whom her chantier employed,
sees that she is far and what others did, and tells what she tried. The network finds her first in its list, beside the
action. No count of fewer than five people is told to anybody but her.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.domains.offre.models import BonnePratique, Objectif
from tests.factories.accounts import member
from tests.factories.publics import BonnePratiqueFactory, make_region, siae_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from maillage.references.accounts.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_target_is_set_answered_and_followed(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    annee = timezone.localdate().year - 1
    communes = make_region()
    agent, reseau, directrice = (
        member("etat_departement", "ddets"),
        member("reseau", "reseau_regional"),
        member("siae_direction"),
    )
    for user in (agent, reseau):
        assert user.membre is not None
        user.membre.organisation.competences.create(niveau="departement", code="95")
    assert directrice.membre is not None
    chantier = siae_in(communes["95"], nom="Le Jardin des Essais")
    chantier.organisation = directrice.membre.organisation
    chantier.save()
    for number in range(3):
        other = siae_in(communes["95"], nom=f"Autre {number}", femmes=(20 + number, 40))
        other.realisations_publics.update(annee=annee)
    BonnePratiqueFactory(titre="Recruter par équipes de quatre", type_siae="ACI")

    def sign_in(user: User) -> None:
        page.context.clear_cookies()
        page.goto(f"{live_server.url}{reverse('accounts:login')}")
        page.get_by_label("Adresse électronique").fill(user.email)
        page.get_by_label("Mot de passe").fill("correct-horse-battery")
        page.get_by_role("main").get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{live_server.url}/mon-espace/")

    main = page.get_by_role("main")

    # The agent sets the target of her département, from the menu.
    sign_in(agent)
    page.get_by_role("button", name="Offre", exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name="Publics prioritaires").click()
    axe(page)
    main.get_by_role("link", name="Fixer un objectif").click()
    axe(page)
    page.get_by_label("Année").fill(str(annee))
    page.get_by_label("Cible, en % des salariés").fill("40")
    page.get_by_label("Référence de la décision").fill("séance du 12 décembre")
    page.get_by_role("button", name="Fixer l’objectif").click()
    assert main.get_by_role("heading", name=f"Femmes, Val-d’Oise, {annee}").is_visible()
    axe(page)
    objectif = Objectif.objects.get()
    assert (objectif.code, objectif.cible_part) == ("95", Decimal("40.00"))
    main.get_by_role("link", name="Modifier").click()
    axe(page)

    # The director types her year: seven women out of forty.
    sign_in(directrice)
    page.goto(f"{live_server.url}{reverse('offre:mes_siae')}")
    axe(page)
    main.get_by_role("link", name="Saisir une année").click()
    axe(page)
    page.get_by_label("Salariés en insertion employés dans l’année").fill("40")
    page.get_by_label("Dont femmes").fill("7")
    page.get_by_label("Dont travailleurs handicapés").fill("2")
    page.get_by_role("button", name="Enregistrer").click()
    assert main.get_by_text("7 sur 40").is_visible()
    assert main.get_by_text("2 sur 40").is_visible()
    assert main.get_by_role("heading", name="Le plus loin de l’objectif").is_visible()
    axe(page)
    main.get_by_role("link", name="Recruter par équipes de quatre").click()
    axe(page)

    # She tells what she tried.
    page.goto(f"{live_server.url}{reverse('offre:pratique_raconter')}")
    axe(page)
    page.get_by_label("Titre").fill("Des horaires d’école")
    page.get_by_label("Ce qui a été fait").fill("Commencer à neuf heures.")
    page.get_by_label("Ce que cela a donné").fill("Trois recrutements.")
    page.get_by_role("button", name="Publier l’action").click()
    assert main.get_by_role("heading", name="Des horaires d’école", level=1).is_visible()
    assert BonnePratique.objects.count() == 2

    # The network finds her first, beside what others did; of her two disabled workers it reads nothing.
    sign_in(reseau)
    page.goto(f"{live_server.url}{reverse('offre:ecarts')}?annee={annee}")
    axe(page)
    first = main.get_by_role("row").nth(1)
    assert first.get_by_role("link", name="Le Jardin des Essais").is_visible()
    assert first.get_by_text("22,5").is_visible()
    assert main.get_by_role("link", name="Des horaires d’école").is_visible()
    page.goto(f"{live_server.url}{reverse('offre:ecarts')}?annee={annee}&public=rqth&nom=jardin")
    assert main.get_by_role("row").nth(1).get_by_text("secret").first.is_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
