"""3.2 · *Rapprocher l'IAE et les entreprises*: during a contract in a chantier, an immersion in a company.

The CIP writes the convention; the person, the company and the employer sign on their phones by a personal link; the
direction validates; the assessment is signed in its turn; the immersion is renewed; a second one, which would pass the
sixty days of presence that the law allows with one company, is refused with its figures.
"""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory, siret
from tests.factories.economie import RomeFactory
from tests.factories.structures import ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory
from tests.journeys.visite import Visite

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from maillage.references.accounts.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.objectif("3.2"), pytest.mark.django_db(transaction=True)]

EMBAUCHE, PROPOSITION, SIGNATURE = date(2026, 1, 5), date(2026, 1, 19), date(2026, 1, 20)
BILAN, SECONDE = date(2026, 3, 2), date(2026, 5, 18)
HOTE = "Propreté du Val"


def people() -> SimpleNamespace:
    """Return the two members of a chantier."""
    commune = TerritoireFactory(code="95018", nom="Argenteuil", departement="95", x=640_000, y=6_870_000)
    TerritoireFactory(niveau="departement", code="95", departement="95", nom="Val-d’Oise")
    RomeFactory(code="K2204", libelle="Nettoyage de locaux")
    chantier = OrganisationFactory(denomination="Les Osiers", email="osiers@maillage.example")
    siae = SiaeFactory(organisation=chantier, nom="Les Osiers", type_siae="ACI")
    ImplantationFactory(siae=siae, commune=commune, principale=True)

    def join(profil: P, prenom: str, nom: str) -> User:
        account: User = UserFactory(prenom=prenom, nom=nom)
        MembreFactory(user=account, organisation=chantier, profil=profil, debut=timezone.now())
        return account

    return SimpleNamespace(
        direction=join(P.SIAE_DIRECTION, "Paul", "Roseau"), cip=join(P.SIAE_ACCOMPAGNEMENT, "Lina", "Osier")
    )


class Post:
    """What the platform sends by mail: who receives which personal link."""

    def __init__(self, run_jobs: Callable[[], int], mailoutbox: list[EmailMessage]) -> None:
        self.run_jobs, self.mailoutbox = run_jobs, mailoutbox

    def collect(self) -> dict[str, str]:
        """Return the personal link that each address has received since the last time."""
        self.mailoutbox.clear()
        self.run_jobs()
        found = {}
        for message in self.mailoutbox:
            if link := re.search(r"/entreprises/signer/\S+", str(message.body)):
                found[message.to[0]] = link[0]
        return found


def open_sheet(visite: Visite) -> None:
    visite.menu("Personnes", "Dossiers")
    visite.follow("Brindille")
    visite.title("Aldo Brindille")


def employ(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(EMBAUCHE, who.cip)
    visite.menu("Personnes", "Dossiers")
    visite.follow("Créer un dossier")
    visite.fill(nom="Brindille", prenom="Aldo", date_naissance="1980-05-17", sexe="homme", commune="Argenteuil")
    visite.fill(email="aldo@maillage.example")
    visite.press("Créer le dossier")
    visite.follow("Situation et éligibilité")
    visite.fill(rsa="OUI-NM")
    visite.press("Vérifier les critères")
    visite.press("Établir le diagnostic d’éligibilité")
    visite.follow("Embaucher cette personne")
    visite.fill(type="cddi", fin_prevue="2027-01-04", heures_semaine="26", rome="K2204")
    visite.press("Enregistrer l’embauche")
    assert visite.told() == "L’embauche est enregistrée."


def propose(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(PROPOSITION, who.cip)
    open_sheet(visite)
    visite.follow("Proposer une immersion")
    visite.fill(siret=siret(8001), denomination=HOTE, commune="Argenteuil", adresse="1 rue de l’Essai, Argenteuil")
    visite.fill(accueil_nom="Rose Lilas", accueil_email="lilas@maillage.example")
    visite.fill(tuteur_nom="Noé Tilleul", tuteur_fonction="chef d’équipe", tuteur_email="tilleul@maillage.example")
    visite.main.locator("label", has_text="confirmer un projet professionnel").click()
    visite.fill(rome="K2204", debut="2026-02-02", fin="2026-02-27", heures_semaine="26", horaires="8 h – 13 h 12")
    visite.fill(activites="Entretien de bureaux")
    visite.press("Vérifier les règles")
    assert visite.section("L’immersion respecte les règles")
    visite.press("Envoyer à la signature")
    visite.title(f"Immersion chez {HOTE}")
    assert visite.told() == "La convention est écrite. Chacun a reçu son lien pour signer."
    assert "du 2 février 2026 au 27 février 2026, 20 jours de présence" in visite.section("La convention")


def sign(visite: Visite, link: str, name: str, role: str) -> None:
    """Sign on a phone, without an account."""
    visite.page.context.clear_cookies()
    visite.page.goto(f"{visite.url}{link}")
    visite.fits_a_phone()
    assert f"en qualité de : {role}. Aucun compte n’est nécessaire." in visite.text()
    visite.fill(nom=name)
    visite.main.locator("label", has_text="J’ai lu ce document et je le signe.").click()
    visite.press("Signer")
    assert "C’est signé" in visite.text()
    assert "Brindille" not in visite.text()  # a link that has served tells nothing more


def sign_all(visite: Visite, post: Post, on: date) -> None:
    """The three who sign the convention do, each by the link that they received."""
    visite.at(on)
    links = post.collect()
    assert sorted(links) == ["aldo@maillage.example", "lilas@maillage.example", "osiers@maillage.example"]
    sign(visite, links["aldo@maillage.example"], "Aldo Brindille", "bénéficiaire")
    sign(visite, links["lilas@maillage.example"], "Rose Lilas", "structure d’accueil")
    sign(visite, links["osiers@maillage.example"], "Paul Roseau", "employeur actuel (SIAE)")


def open_immersion(visite: Visite) -> None:
    visite.menu("Entreprises", "Immersions")
    visite.follow("Aldo Brindille")


def validate(visite: Visite, who: SimpleNamespace, on: date, moment: str, left: int) -> None:
    visite.on(on, who.direction)
    open_immersion(visite)
    assert [line[:3] for line in visite.rows("Signatures de la convention")] == [
        ["bénéficiaire", "Aldo Brindille", f"{moment}, par lien personnel"],
        ["structure d’accueil", "Rose Lilas", f"{moment}, par lien personnel"],
        ["employeur actuel (SIAE)", "Paul Roseau", f"{moment}, par lien personnel"],
    ]
    visite.follow("Valider ou refuser")
    visite.main.locator("label", has_text="je valide la convention").click()
    visite.press("Enregistrer la décision")
    assert visite.told() == "La décision est enregistrée."
    assert f"Il reste aujourd’hui {left} jours de présence à cette personne chez cet accueil." in visite.text()
    visite.fits_a_phone()


def assess(visite: Visite, who: SimpleNamespace, post: Post) -> None:
    visite.on(BILAN, who.cip)
    open_immersion(visite)
    visite.follow("Écrire le bilan")
    visite.main.locator("label", has_text="faite en entier").click()
    visite.fill(atteint="non", appreciation="À l’aise avec l’équipe, le rythme reste à prendre.", embauche="non")
    visite.press("Enregistrer")
    assert visite.told() == "Le bilan est enregistré."
    links = post.collect()
    assert sorted(links) == ["aldo@maillage.example", "tilleul@maillage.example"]
    sign(visite, links["aldo@maillage.example"], "Aldo Brindille", "bénéficiaire")
    sign(visite, links["tilleul@maillage.example"], "Noé Tilleul", "structure d’accueil")
    visite.on(BILAN, who.cip)
    open_immersion(visite)
    assert [line[:3] for line in visite.rows("Signatures du bilan")] == [
        ["bénéficiaire", "Aldo Brindille", "2 mars 2026 à 9 h 00, par lien personnel"],
        ["structure d’accueil", "Noé Tilleul", "2 mars 2026 à 9 h 00, par lien personnel"],
    ]


def renew(visite: Visite, who: SimpleNamespace, post: Post) -> None:
    visite.follow("Renouveler")
    visite.fill(debut="2026-03-03", fin="2026-03-31", justification="Le rythme reste à prendre.")
    visite.press("Envoyer à la signature")
    assert "du 3 mars 2026 au 31 mars 2026, 21 jours de présence" in visite.section("La convention")
    sign_all(visite, post, BILAN)
    validate(visite, who, BILAN, "2 mars 2026 à 9 h 00", left=60 - 20 - 21)


def be_refused_past_sixty_days(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(SECONDE, who.cip)
    open_sheet(visite)
    visite.follow("Proposer une immersion")
    visite.fill(siret=siret(8001), adresse="1 rue de l’Essai, Argenteuil", accueil_nom="Rose Lilas")
    visite.fill(tuteur_nom="Noé Tilleul", tuteur_fonction="chef d’équipe")
    visite.main.locator("label", has_text="initier une démarche de recrutement").click()
    visite.fill(rome="K2204", debut="2026-06-01", fin="2026-06-26", heures_semaine="26", horaires="8 h – 13 h 12")
    visite.fill(activites="Entretien de bureaux")
    visite.press("Envoyer à la signature")
    told = "Il reste 19 jours chez cet accueil (60 en 12 mois, 41 déjà faits ou prévus) ; cette immersion en compte 20."
    assert told in visite.section("Ce qui empêche l’immersion")
    assert [line[0] for line in visite.rows("Règles vérifiées") if line[1] == "non"] == [
        "Soixante jours de présence au plus en douze mois"
    ]
    visite.fits_a_phone()
    visite.fill(fin="2026-06-25")  # nineteen days of presence
    visite.press("Vérifier les règles")
    assert visite.section("L’immersion respecte les règles")
    open_sheet(visite)
    assert [line[2:] for line in visite.rows("Immersions de la personne")] == [
        ["du 3 mars 2026 au 31 mars 2026", "validée", "—"],
        ["du 2 février 2026 au 27 février 2026", "validée", "faite en entier"],
    ]


@pytest.fixture
def visite(page: Page, live_server: LiveServer, axe: Callable[[Page], None], monkeypatch: pytest.MonkeyPatch) -> Visite:
    return Visite(page, live_server.url, axe, monkeypatch)


def test_an_immersion_from_its_convention_to_the_sixtieth_day(
    visite: Visite, run_jobs: Callable[[], int], mailoutbox: list[EmailMessage]
) -> None:
    visite.at(EMBAUCHE)
    who, post = people(), Post(run_jobs, mailoutbox)
    employ(visite, who)
    propose(visite, who)
    sign_all(visite, post, SIGNATURE)
    validate(visite, who, SIGNATURE, "20 janvier 2026 à 9 h 00", left=60 - 20)
    assess(visite, who, post)
    renew(visite, who, post)
    be_refused_past_sixty_days(visite, who)
