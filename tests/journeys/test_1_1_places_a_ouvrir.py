"""1.1 · *Where is the offer missing, and what if it opened there?* A département observes, tries, shares.

A Conseil départemental notes that its people cannot reach the sites there are. It lets the computation place an ACI
where most would come near to one, corrects the answer by hand, and shares it: the State sets it beside today.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from maillage.domains.diagnostics.models import NoteBesoin, Scenario
from maillage.references.territoires.enums import Maille, Niveau
from tests.factories.accounts import member
from tests.factories.structures import EffectifFactory, ImplantationFactory, SiaeFactory
from tests.factories.territoires import AppartenanceFactory, PopulationFactory, TerritoireFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from maillage.references.accounts.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}
# code, name, kilometres eastwards, population
COMMUNES = (("95018", "Argenteuil", 0, 110_000), ("95127", "Cergy", 20, 70_000), ("95428", "Montmorency", 40, 20_000))


def make_land() -> None:
    """Make a département of three communes on a line, with one ACI in the first."""
    region = TerritoireFactory(niveau=Niveau.REGION, code="11", nom="Île-de-France", departement="")
    departement = TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="95", nom="Val-d’Oise", departement="95")
    for rank, (code, nom, east, population) in enumerate(COMMUNES):
        commune = TerritoireFactory(code=code, nom=nom, departement="95", x=630_000.0 + 1000 * east, y=6_880_000.0)
        PopulationFactory(unite=commune, annee=2023, valeur=population)
        epci = TerritoireFactory(niveau=Niveau.EPCI, code=f"20000000{rank}", nom=f"CA {nom}", departement="95")
        for maille, ensemble in (
            (Maille.REGION, region),
            (Maille.DEPARTEMENT, departement),
            (Maille.INTERCOMMUNALITE, epci),
        ):
            AppartenanceFactory(unite=commune, ensemble=ensemble, maille=maille)
        if not rank:
            siae = SiaeFactory(type_siae="ACI")
            ImplantationFactory(siae=siae, commune=commune, principale=True)
            EffectifFactory(siae=siae, departement=departement, etp_realises=Decimal(30))


def test_a_need_is_observed_places_are_tried_and_shared(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    make_land()
    conseil, ddets = member("departement_pilotage", "conseil_departemental"), member("etat_departement", "ddets")
    for user in (conseil, ddets):
        assert user.membre is not None
        user.membre.organisation.competences.create(niveau="departement", code="95")

    def sign_in(user: User) -> None:
        page.context.clear_cookies()
        page.goto(f"{live_server.url}{reverse('accounts:login')}")
        page.get_by_label("Adresse électronique").fill(user.email)
        page.get_by_label("Mot de passe").fill("correct-horse-battery")
        page.get_by_role("main").get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{live_server.url}/mon-espace/")

    def look() -> None:
        axe(page)
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
        page.set_viewport_size({"width": 1280, "height": 900})

    main = page.get_by_role("main")

    # What the Conseil départemental sees from its social diagnosis.
    sign_in(conseil)
    page.goto(f"{live_server.url}{reverse('diagnostics:constater')}")
    look()
    main.get_by_label("Territoire").select_option("departement 95")
    main.get_by_label("Thème").select_option("mobilite")
    main.get_by_label("Gravité").select_option("2")
    main.locator("#id_texte").fill("court")
    main.get_by_role("button", name="Enregistrer").click()
    assert "Décrivez le constat en une phrase au moins." in main.inner_text()
    main.locator("#id_texte").fill("À l’est du département, aucun bus ne mène aux chantiers avant huit heures.")
    main.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"{live_server.url}/diagnostics/besoins-constates/**")
    look()
    note = NoteBesoin.objects.get()
    assert (note.niveau, note.code, note.theme) == ("departement", "95", "mobilite")

    # Where would one more ACI bring most people near?
    page.goto(f"{live_server.url}{reverse('diagnostics:scenarios')}")
    look()
    main.get_by_role("link", name="Couvrir le plus de personnes").click()
    look()
    main.get_by_label("Nom du scénario").fill("Un chantier à l’est")
    main.get_by_label("Sites à ouvrir : ACI").fill("1")
    main.get_by_role("button", name="Calculer").click()
    page.get_by_role("heading", name="Un chantier à l’est", level=1).wait_for()
    look()
    text = main.inner_text()
    assert "Optimum prouvé" in text
    assert "Cergy" in text  # 70,000 people against 20,000 in Montmorency

    # By hand, one more; the proof no longer speaks of these places.
    main.get_by_role("link", name="Ajouter un site").click()
    look()
    main.get_by_label("Commune ou arrondissement").fill("Montmorency")
    main.get_by_label("Type de SIAE").select_option("ACI")
    main.get_by_role("button", name="Ajouter le site").click()
    page.get_by_text("retouchés à la main").wait_for()
    scenario = Scenario.objects.get()
    assert sorted(scenario.places.values_list("unite__nom", flat=True)) == ["Cergy", "Montmorency"]

    # The State does not see it until it is shared; then it sets it beside today.
    page_url = page.url
    sign_in(ddets)
    answer = page.goto(page_url)
    assert answer is not None
    assert answer.status == 404
    sign_in(conseil)
    page.goto(page_url)
    main.get_by_role("link", name="Partager").click()
    look()
    main.get_by_role("button", name="Partager").click()
    page.get_by_text("visible par tous les partenaires connectés").wait_for()
    sign_in(ddets)
    page.goto(page_url)
    main.get_by_role("link", name="Comparer").click()
    look()
    assert "Distance moyenne à un site ACI (km)" in main.inner_text()
    page.goto(page_url)
    main.get_by_role("link", name="Copier").click()
    look()
    main.get_by_role("button", name="Copier").click()
    page.get_by_role("heading", name="Un chantier à l’est (copie)").wait_for()
    assert Scenario.objects.count() == 2
