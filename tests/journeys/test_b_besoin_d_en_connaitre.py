"""Need to know: a person's file is open to those who follow them, to nobody else, and who read it is known.

A CIP of Argenteuil creates a file; the State of the département reads it, the neighbour's does not; a counsellor of the
Conseil départemental sees the allocataires whom he follows; an analyst counts; the référent reads who came.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver, resolve
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from maillage.foundations.kernel.checks import routes
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.models import Personne, Relation
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory
from tests.factories.personnes import OuvertureFactory, PersonneFactory, RelationFactory, nir
from tests.factories.territoires import RegionCopiee

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}
MOTIF = "déclarer une embauche ou établir la paie"


def join(nom: str, profil: P, kind: str, *competences: tuple[str, str]) -> Membre:
    organisation = OrganisationFactory(denomination=nom, types=[kind])
    for niveau, code in competences:
        organisation.competences.create(niveau=niveau, code=code)
    user = UserFactory(prenom="Camille", nom=nom)
    return MembreFactory(user=user, organisation=organisation, profil=profil)


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer) -> Callable[[User], Page]:
    """Return a function that opens a window where somebody is signed in."""

    def enter(user: User) -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    return enter


def test_from_a_file_created_to_who_read_it(
    sign_in: Callable[[User], Page], ile_de_france_copiee: RegionCopiee, axe: Callable[[Page], None]
) -> None:
    ile_de_france_copiee.pour()
    chantier = join("Chantier des Osiers", P.SIAE_ACCOMPAGNEMENT, "siae")
    etat_95 = join("DDETS du Val-d’Oise", P.ETAT_DEPARTEMENT, "ddets", ("departement", "95"))
    etat_93 = join("DDETS de la Seine-Saint-Denis", P.ETAT_DEPARTEMENT, "ddets", ("departement", "93"))
    conseil = join("Conseil départemental", P.DEPARTEMENT_REFERENT, "conseil_departemental", ("departement", "95"))
    analyste = join("DREETS", P.ANALYSTE, "dreets", ("region", "11"))
    colleague = MembreFactory(organisation=conseil.organisation, profil=P.DEPARTEMENT_REFERENT)
    for nom, referent in (("Fougère", conseil), ("Genêt", colleague)):
        RelationFactory(
            personne=PersonneFactory(nom=nom, prenom="Ida"),
            organisation=conseil.organisation,
            type="referent_rsa",
            referent=referent,
        )

    # The CIP creates the file of a person whom his chantier employs: the platform says what is wrong, then accepts.
    cip = sign_in(chantier.user)
    cip.goto("/personnes/")
    expect(cip.get_by_text("Aucun dossier ne vous est ouvert")).to_be_visible()
    cip.get_by_role("link", name="Créer un dossier").first.click()
    cip.get_by_label("Nom", exact=True).fill("Brindille")
    cip.get_by_label("Prénom").fill("Aldo")
    cip.get_by_label("Date de naissance").fill("1980-05-17")
    cip.get_by_label("Sexe").select_option("homme")
    cip.get_by_label("Numéro de sécurité sociale").fill(nir(1, mois="06"))
    cip.get_by_label("Commune de résidence").fill("Argenteuil")
    cip.get_by_role("button", name="Créer le dossier").click()
    expect(cip.get_by_text("Le numéro contredit la fiche (le mois de naissance)").first).to_be_visible()
    axe(cip)
    cip.get_by_label("Numéro de sécurité sociale").fill(nir(1))
    cip.get_by_role("button", name="Créer le dossier").click()
    expect(cip.get_by_role("heading", level=1)).to_have_text("Aldo Brindille")
    expect(cip.get_by_text("1 80 05 ** *** *** **")).to_be_visible()
    sheet = cip.url

    # The number itself is shown once, for a reason.
    cip.get_by_role("link", name="Afficher le NIR").click()
    cip.get_by_label("Motif").select_option(MOTIF)
    cip.get_by_role("button", name="Afficher le NIR").click()
    expect(cip.get_by_text("1 80 05 00")).to_be_visible()

    # The State sees the persons of its département.
    here = sign_in(etat_95.user)
    here.goto("/personnes/?q=brindille")
    here.get_by_role("link", name="Brindille", exact=True).click()
    expect(here.get_by_role("heading", level=1)).to_have_text("Aldo Brindille")
    expect(here.get_by_role("link", name="Afficher le NIR")).to_have_count(0)
    there = sign_in(etat_93.user)
    response = there.goto(sheet)
    assert response is not None
    assert response.status == 404
    expect(there.get_by_text("Brindille")).to_have_count(0)

    # The counsellor sees the allocataire whom he follows, and no other.
    counsellor = sign_in(conseil.user)
    counsellor.goto("/personnes/")
    expect(counsellor.locator("tbody tr th a")).to_have_text(["Fougère"])

    # The analyst counts, without a name; three persons are too few to be told.
    figures = sign_in(analyste.user)
    figures.goto("/personnes/chiffres/")
    figures.get_by_label("Département").select_option("Val-d'Oise")
    figures.get_by_role("button", name="Filtrer").click()
    expect(figures.get_by_role("cell", name="secret", exact=True).first).to_be_visible()
    expect(figures.get_by_text("Brindille")).to_have_count(0)
    response = figures.goto(sheet)
    assert response is not None
    assert response.status == 403

    # The référent reads who came, and why.
    cip.goto(sheet)
    cip.get_by_role("link", name="Qui a lu ce dossier").click()
    expect(cip.get_by_role("cell", name="DDETS du Val-d’Oise", exact=True).first).to_be_visible()
    expect(cip.get_by_role("cell", name=MOTIF)).to_be_visible()
    expect(cip.get_by_role("cell", name="DDETS de la Seine-Saint-Denis")).to_have_count(0)
    axe(cip)


def test_every_page_of_persons_is_accessible_and_fits_a_phone(
    sign_in: Callable[[User], Page], ile_de_france_copiee: RegionCopiee, axe: Callable[[Page], None]
) -> None:
    ile_de_france_copiee.pour()
    chantier = join("Chantier des Osiers", P.SIAE_DIRECTION, "siae")
    analyste = join("DREETS", P.ANALYSTE, "dreets", ("region", "11"))
    operator = UserFactory(exploitant=True)
    for number in range(7):
        personne = PersonneFactory(nom=f"Brindille-{number}", sexe="F")
        RelationFactory(personne=personne, organisation=chantier.organisation, referent=chantier)
    opening = OuvertureFactory(exploitant=operator, personne=Personne.objects.latest("pk"))
    opening.refresh_from_db()
    sheet = f"/personnes/{opening.personne.public_id}/"
    relation = Relation.objects.get(personne=opening.personne).public_id
    other = Personne.objects.exclude(pk=opening.personne_id).earliest("pk").public_id
    tour = {
        chantier.user: (
            *(
                "/personnes/",
                "/personnes/creer/",
                "/personnes/suivre/",
                "/personnes/lectures/",
                "/personnes/ouvertures/",
            ),
            *(sheet, f"{sheet}corriger/", f"{sheet}nir/", f"{sheet}lectures/", f"{sheet}suivi/", "/journal/"),
            *(f"{sheet}suivi/{relation}/referent/", f"{sheet}suivi/{relation}/fin/"),
            *("/personnes/doublons/", f"{sheet}fusionner/{other}/"),
        ),
        analyste.user: ("/personnes/chiffres/",),
        operator: (
            *("/personnes/", sheet, "/personnes/ouvertures/", "/personnes/ouvertures/ouvrir/", "/journal/"),
            f"/personnes/ouvertures/{opening.public_id}/refermer/",
        ),
    }
    toured = {resolve(address).view_name for addresses in tour.values() for address in addresses}
    known = {name for name, _, _ in routes(get_resolver().url_patterns) if name.startswith("personnes:")}
    assert known <= toured
    faults = []
    for user, addresses in tour.items():
        page = sign_in(user)
        for address in addresses:
            response = page.goto(address)
            assert response is not None
            assert response.status == 200, address
            try:
                axe(page)
            except AssertionError as error:
                faults.append(str(error))
            page.set_viewport_size(PHONE)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                faults.append(f"{address}: {width} px wide on a phone of 360")
            page.set_viewport_size({"width": 1280, "height": 900})
    assert not faults, "\n".join(faults)
