"""Objective 1.2: « faire évoluer l’offre en adéquation avec les diagnostics établis ».

An under-served EPT calls for a project; a SIAE answers; its dossier is incomplete, then completed; partners give their
opinions; the commission, the préfet and the convention follow; the supply rises in the diagnostic.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from maillage.domains.diagnostics.enums import Capacite
from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.diagnostics.rules import Choix
from maillage.domains.offre.models import AppelProjets, Dossier
from maillage.references.structures.models import Siae
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Territoire
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.structures import EffectifFactory, ImplantationFactory, SiaeFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from pytest_django.fixtures import SettingsWrapper
    from pytest_django.live_server_helper import LiveServer

    from maillage.references.accounts.models import User
    from tests.factories.territoires import RegionCopiee

pytestmark = [pytest.mark.e2e, pytest.mark.objectif("1.2"), pytest.mark.django_db(transaction=True)]

EPT = "200057867"
PDF = {"name": "piece.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
ETP_SAINT_DENIS, ETP_PARIS = Decimal(4), Decimal(300)


class Visit:
    """One browser in which several persons sign in, one after the other."""

    def __init__(self, page: Page, live_server: LiveServer, axe: Callable[[Page], None]) -> None:
        self.page, self.url, self.axe = page, live_server.url, axe

    def sign_in(self, user: User) -> None:
        self.page.context.clear_cookies()
        self.go("/compte/connexion/")
        self.page.get_by_label("Adresse électronique").fill(user.email)
        self.page.get_by_label("Mot de passe").fill("correct-horse-battery")
        self.page.get_by_role("main").get_by_role("button", name="Se connecter").click()

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def follow(self, name: str) -> None:
        """Follow a link of the content, look at the page."""
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
        self.axe(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
        self.axe(self.page)

    def act(self, name: str) -> None:
        """Follow the link of an act, and confirm it."""
        self.follow(name)
        self.press(name)

    def title(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()


def person(profil: str, kind: str, niveau: str = "", code: str = "") -> User:
    organisation = OrganisationFactory(types=[kind])
    if niveau:
        organisation.competences.create(niveau=niveau, code=code)
    return member(profil, organisation=organisation)


def open_region(copy: RegionCopiee) -> None:
    """Load the region with a small SIAE in Saint-Denis and a large one in Paris, for this year."""
    copy.pour()
    for code, departement, etp in (("93066", "93", ETP_SAINT_DENIS), ("75101", "75", ETP_PARIS)):
        siae = SiaeFactory()
        territoires = Territoire.objects.en_vigueur()
        ImplantationFactory(siae=siae, commune=territoires.get(niveau=Niveau.COMMUNE, code=code))
        EffectifFactory(
            siae=siae,
            annee=timezone.localdate().year,
            departement=territoires.get(niveau=Niveau.DEPARTEMENT, code=departement),
            etp_realises=etp,
        )


def read_etp() -> float | None:
    couverture = compute_couverture("11", Choix(capacite=Capacite.ETP), mailles=(Maille.INTERCOMMUNALITE,))
    ligne = couverture.find("ept", EPT)
    return ligne and ligne.etp


def test_from_an_under_served_territory_to_a_supply_that_rises(
    page: Page,
    live_server: LiveServer,
    axe: Callable[[Page], None],
    ile_de_france_copiee: RegionCopiee,
    settings: SettingsWrapper,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "fichiers"
    open_region(ile_de_france_copiee)
    today = timezone.localdate()
    agent = person("etat_departement", "ddets", "departement", "93")
    direction = person("siae_direction", "siae")
    partner = person("emploi_direction", "ft_agence", "departement", "93")
    assert read_etp() == float(ETP_SAINT_DENIS)
    visit = Visit(page, live_server, axe)

    # The agent sees that the territory is under-served, and calls for a project from its sheet.
    visit.sign_in(agent)
    visit.go(f"/diagnostics/ept/{EPT}/")
    visit.sees("sous-doté")
    visit.follow("Susciter un projet")
    page.get_by_label("Titre").fill("Un chantier pour Plaine Commune")
    page.get_by_label("Pourquoi cet appel").fill("Quatre ETP pour quatre cent mille habitants.")
    page.get_by_label("ETP recherchés").fill("25")
    page.get_by_label("Ouverture").fill(today.isoformat())
    page.get_by_label("Clôture (dernier jour)").fill((today + timedelta(days=30)).isoformat())
    visit.press("Enregistrer le brouillon")
    visit.act("Ouvrir l’appel")
    appel = AppelProjets.objects.get()
    assert [each["code"] for each in appel.constat["territoires"]] == [EPT]

    # Anyone reads the call; a SIAE answers it.
    page.context.clear_cookies()
    visit.go(f"/offre/appels/{appel.public_id}/")
    visit.sees("Appel ouvert")
    visit.sign_in(direction)
    visit.go("/offre/appels/")
    visit.follow("Un chantier pour Plaine Commune")
    visit.follow("Répondre à cet appel")
    visit.follow("Création")
    page.get_by_label("Nom de la SIAE ou du projet").fill("Les Jardins de la Briche")
    page.get_by_label("Type de SIAE demandé").select_option("ACI")
    page.get_by_label("Commune d’implantation").fill("Saint-Denis")
    page.get_by_label("ETP demandés par an, en tout").fill("20")
    visit.press("Enregistrer le brouillon")
    visit.title("Les Jardins de la Briche (ACI)")
    dossier = Dossier.objects.get()
    address = f"/offre/dossiers/{dossier.public_id}/"
    assert (dossier.appel, dossier.commune.code) == (appel, "93066")

    # It writes its economic sheet: the platform says what is wrong with it.
    visit.follow("Ouvrir la fiche économique")
    visit.follow("Remplir la fiche")
    for label, value in {
        "ETP, année 1": "20",
        "loyers, entretien, assurances, services extérieurs, année 1 (€)": "700 000",
        "ventes de biens et de services, année 1 (€)": "280 000",
        "aide au poste d’insertion, année 1 (€)": "430 000",
        "investissements, année 1 (€)": "10 000",
    }.items():
        page.get_by_label(label, exact=True).fill(value)
    visit.press("Enregistrer")
    visit.sees("les ventes couvrent 40")
    visit.sees("le plan de financement n’est pas équilibré")

    # It deposits: the clock starts. Pieces are missing.
    visit.go(address)
    visit.act("Déposer le dossier")
    visit.sees("avant refus implicite")
    visit.sign_in(agent)
    visit.go("/mon-espace/")
    visit.go(address)
    visit.follow("Demander des pièces")
    page.get_by_label("Ce qui manque").fill("Les statuts à jour.")
    visit.press("Envoyer la demande")
    visit.sees("Délai suspendu")

    # It gives them.
    visit.sign_in(direction)
    visit.go("/mon-espace/")
    page.get_by_role("link", name="fournir les pièces demandées").click()
    page.get_by_role("link", name="Joindre : Statuts à jour").click()
    page.get_by_label("Fichier").set_input_files(PDF)
    visit.press("Joindre")
    visit.act("Déclarer le dossier complété")

    # The service examines: the fit to the territory is frozen; a partner is asked.
    visit.sign_in(agent)
    visit.go(address)
    page.get_by_role("link", name="Examiner : Statuts à jour").click()
    visit.press("Enregistrer")
    with page.expect_download() as download:
        page.get_by_role("link", name="Statuts à jour et liste des dirigeants").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    visit.act("Déclarer le dossier complet")
    visit.act("Commencer l’instruction")
    visit.sees("au début de l’instruction")
    visit.follow("Demander l’avis d’un partenaire")
    assert partner.membre is not None
    page.get_by_label("Partenaire").select_option(str(partner.membre.organisation_id))
    visit.press("Demander l’avis")

    visit.sign_in(partner)
    visit.go("/offre/avis/")
    axe(page)
    visit.follow("Les Jardins de la Briche (ACI)")
    page.locator("label", has_text="favorable").first.click()
    page.get_by_label("Pourquoi").fill("Beaucoup d’allocataires, aucun chantier à moins d’une heure.")
    visit.press("Rendre cet avis")

    # The commission speaks, the préfet decides, the convention is signed.
    visit.sign_in(agent)
    visit.go(address)
    visit.follow("Inscrire à une séance")
    page.get_by_label("Séance du").fill(today.isoformat())
    visit.press("Inscrire")
    visit.follow("Enregistrer l’avis de la commission")
    page.locator("label", has_text="favorable").first.click()
    visit.press("Enregistrer")
    visit.follow("Accorder")
    visit.press("Accorder la demande")
    with page.expect_download() as letter:
        page.get_by_role("link", name="Télécharger la lettre (PDF)").click()
    letter.value.save_as(tmp_path / "decision.pdf")
    with pikepdf.open(tmp_path / "decision.pdf") as document:
        assert str(document.Root.Lang).startswith("fr")
        assert document.Root.MarkInfo.Marked
    visit.follow("Enregistrer la convention signée")
    visit.press("Enregistrer")
    visit.act("Activer la convention")

    # The offer is there, for all to see.
    siae = Siae.objects.get(nom="Les Jardins de la Briche")
    assert siae.effectifs.get().etp_conventionnes == Decimal(20)
    assert read_etp() == float(ETP_SAINT_DENIS) + 20
    visit.go(f"/diagnostics/ept/{EPT}/")
    expect(page.get_by_role("row").filter(has_text="Les Jardins de la Briche")).to_be_visible()

    # The carrier reads everything now, the opinion of the partner included.
    visit.sign_in(direction)
    visit.go(address)
    visit.sees("aucun chantier à moins d’une heure")
    visit.go("/offre/dossiers/")
    axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    for path in (
        address,
        f"{address}economie/",
        f"{address}adequation/",
        "/offre/dossiers/",
        "/offre/dossiers/ouvrir/",
    ):
        visit.go(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
