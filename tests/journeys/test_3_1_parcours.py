"""3.1 · *Sécuriser les parcours*: one person, two SIAE, one right whose days are counted aloud.

A mission locale leads somebody to a post of a chantier; the chantier finds them eligible, employs them, supports them,
counts their hours, suspends their right and lifts the suspension; an entreprise d'insertion goes on under the same
right, has it prolonged, and sees them leave for a CDI. Days are those of a calendar; figures were computed by hand.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory
from tests.factories.economie import RomeFactory
from tests.factories.structures import ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory
from tests.journeys.visite import Visite

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from maillage.references.accounts.models import Organisation, User

pytestmark = [pytest.mark.e2e, pytest.mark.objectif("3.1"), pytest.mark.django_db(transaction=True)]

PRESENTEE, RECUE = date(2026, 1, 5), date(2026, 1, 7)
DEBUT = date(2026, 1, 12)
POINT = date(2026, 2, 2)
SUSPENDU, LEVEE = date(2026, 3, 2), date(2026, 3, 16)
DEPART, REPRISE = date(2026, 5, 29), date(2026, 6, 1)
DEMANDE, ACCORD = date(2027, 2, 1), date(2027, 2, 8)
SORTIE, APRES = date(2027, 5, 28), date(2027, 6, 1)


def join(organisation: Organisation, profil: P, prenom: str, nom: str) -> User:
    account: User = UserFactory(prenom=prenom, nom=nom)
    MembreFactory(user=account, organisation=organisation, profil=profil, debut=timezone.now())
    return account


def people() -> SimpleNamespace:
    """Return who acts: a mission locale, a chantier (ACI), an entreprise (EI), another SIAE that knows nobody."""
    commune = TerritoireFactory(code="95018", nom="Argenteuil", departement="95", x=640_000, y=6_870_000)
    TerritoireFactory(niveau="departement", code="95", departement="95", nom="Val-d’Oise")
    RomeFactory(code="K2204", libelle="Nettoyage de locaux")
    mission = OrganisationFactory(denomination="Mission locale d’Argenteuil", types=["mission_locale"])
    mission.competences.create(niveau="departement", code="95")
    chantier = OrganisationFactory(denomination="Les Osiers")
    entreprise = OrganisationFactory(denomination="Val Propre")
    for organisation, kind in ((chantier, "ACI"), (entreprise, "EI")):
        siae = SiaeFactory(organisation=organisation, nom=organisation.denomination, type_siae=kind)
        ImplantationFactory(siae=siae, commune=commune, principale=True)
    return SimpleNamespace(
        conseillere=join(mission, P.PRESCRIPTEUR, "Ida", "Genêt"),
        direction=join(chantier, P.SIAE_DIRECTION, "Paul", "Roseau"),
        cip=join(chantier, P.SIAE_ACCOMPAGNEMENT, "Lina", "Osier"),
        repreneur=join(entreprise, P.SIAE_DIRECTION, "Karim", "Houx"),
        etranger=join(OrganisationFactory(denomination="Chantier du Nord"), P.SIAE_DIRECTION, "Léa", "Nord"),
    )


GRANTED = "50 ans ou plus, accordée le 8 février 2027 par Mission locale d’Argenteuil : jusqu’au 24 avril 2028 compris"


def open_sheet(visite: Visite) -> None:
    """Find the person in the list of those whom one follows."""
    visite.menu("Personnes", "Dossiers")
    visite.follow("Brindille")
    visite.title("Aldo Brindille")


def publish_a_post(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(PRESENTEE, who.direction)
    visite.menu("Parcours", "Nos postes")
    visite.follow("Publier un poste")
    visite.fill(rome="K2204", intitule="Agent de propreté", type_contrat="cddi", heures_semaine="26", places="2")
    visite.fill(commune="Argenteuil", description="Entretien de bureaux, en équipe.")
    visite.press("Publier le poste")
    visite.title("Agent de propreté")
    assert visite.told() == "Le poste est publié."
    assert "Se ferme de lui-même le 5 avril 2026" in visite.section("Est-il vraiment ouvert ?")  # 90 days


def create_and_orient(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(PRESENTEE, who.conseillere)
    visite.menu("Personnes", "Dossiers")
    visite.follow("Créer un dossier")
    visite.fill(nom="Brindille", prenom="Aldo", date_naissance="1975-05-17", sexe="homme", commune="Argenteuil")
    visite.press("Créer le dossier")
    visite.title("Aldo Brindille")
    visite.follow("Chercher un poste")
    visite.follow("Orienter")
    visite.fill(message="Disponible tout de suite, il vient à pied.")
    visite.press("Présenter la candidature")
    visite.title("Candidature : Aldo Brindille")
    assert visite.told() == "La candidature est présentée. La SIAE en est prévenue et peut lire le dossier."


def read_and_accept(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(RECUE, who.direction)
    visite.menu("Parcours", "Candidatures reçues")
    visite.follow("Aldo Brindille")
    assert "Disponible tout de suite, il vient à pied." in visite.section("Comment elle a été présentée")
    visite.follow("Dossier de la personne")
    visite.follow("Situation et éligibilité")
    visite.fill(rsa="OUI-NM")
    visite.press("Vérifier les critères")
    assert "ACI : Éligible : 1 critère de niveau 1, 1 critère de niveau 2." in visite.text()  # the RSA, and 50 years
    visite.fill(pieces_le="2025-12-20")
    visite.press("Établir le diagnostic d’éligibilité")
    visite.title("Aldo Brindille")
    visite.menu("Parcours", "Candidatures reçues")
    visite.follow("Aldo Brindille")
    visite.follow("Accepter")
    visite.fill(debut=DEBUT.isoformat())
    visite.press("Accepter")


SUSPENSION = ["+ suspension", "14", "du 2 mars 2026 au 15 mars 2026 compris"]
LEDGER = "Le compte, ligne à ligne"


def open_ledger(visite: Visite) -> None:
    open_sheet(visite)
    visite.follow("Voir le compte des jours, l’historique et l’attestation")
    visite.title("PASS IAE d’Aldo Brindille")


def read_account(
    visite: Visite, *moves: list[str], total: str, until: str, day: str, used: str, suspended: str, left: str
) -> None:
    """Read the ledger of the page: each line, in its order."""
    assert visite.rows(LEDGER) == [
        ["PASS IAE", "730", "à compter du 12 janvier 2026, premier jour compris"],
        *moves,
        ["= durée totale", total, f"jusqu’au {until} compris"],
        ["− jours utilisés", used, f"avant le {day}"],
        ["− jours suspendus", suspended, "ils ne comptent pas"],
        ["= jours restants", left, f"à partir du {day}, ce jour compris"],
    ]


def hire_and_open_the_right(visite: Visite, who: SimpleNamespace) -> None:
    visite.title("Embaucher")
    visite.fill(fin_prevue="2026-07-11")
    visite.press("Vérifier les règles")
    assert visite.section("Ce contrat respecte les règles")
    visite.press("Enregistrer l’embauche")
    assert visite.told() == "L’embauche est enregistrée."
    assert "Titre PASS IAE 999990000001, jusqu’au 11 janvier 2028" in visite.section("Ce que dit le contrat")
    open_ledger(visite)
    # 730 days from 12 January 2026, first day included: 354 in 2026, 365 in 2027, 11 in 2028.
    read_account(
        visite, total="730", until="11 janvier 2028", day="12 janvier 2026", used="0", suspended="0", left="730"
    )
    visite.fits_a_phone()
    open_sheet(visite)
    assert "730 jours restants, jusqu’au 11 janvier 2028 compris. N° 999990000001." in visite.section(
        "Droit au parcours"
    )
    visite.fits_a_phone()
    visite.follow("Désigner le référent")
    visite.main.get_by_label("Référent").select_option(label="Lina Osier (conseil en insertion (CIP))")
    visite.press("Enregistrer")
    assert "Référent CIP Lina Osier" in visite.section("Accompagnement")


def support_and_count_the_hours(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(POINT, who.cip)
    visite.menu("Parcours", "Mes accompagnements")
    visite.follow("Aldo Brindille")
    visite.follow("Mettre à jour le diagnostic")
    visite.fill(mobilite="concerne", mobilite_texte="Pas de permis.")
    visite.press("Enregistrer le diagnostic")
    visite.follow("Ajouter une action")
    visite.fill(libelle="S’inscrire au code", echeance="2026-02-27", frein="mobilite", partenaire="Auto-école sociale")
    visite.press("Enregistrer")
    visite.follow("Prévoir un entretien")
    visite.fill(jour="2026-01-30", heure="14:00", texte="Il apprend vite.")
    visite.press("Enregistrer")
    assert ["Mobilité", "concerné", "2 février 2026", "Pas de permis."] in visite.rows("Les huit freins")
    assert [line[:5] for line in visite.rows("Actions décidées")] == [
        ["S’inscrire au code", "mobilité", "Auto-école sociale", "27 février 2026", "en cours"]
    ]
    assert [line[:4] for line in visite.rows("Entretiens, les derniers d’abord")] == [
        ["30 janvier 2026 à 14 h 00 (45 min)", "Lina Osier", "tenu", "Il apprend vite."]
    ]
    visite.fits_a_phone()
    visite.menu("Parcours", "Heures et ETP")
    visite.follow("Saisir le mois dernier")
    visite.title("Heures de janvier 2026")
    visite.main.get_by_label("Aldo Brindille, heures travaillées").fill("74")
    visite.main.get_by_label("Aldo Brindille, heures payées").fill("78")
    visite.press("Enregistrer les heures du mois")
    assert visite.told() == "Les heures du mois sont enregistrées."
    [line] = visite.rows("Heures de chaque contrat.")
    assert line[:3] == [
        "Aldo Brindille",
        "CDD d’insertion, depuis le 12 janvier 2026",
        "74,29",
    ]  # 20 days at 26 hours a week
    assert "78 h heures payées 0,51 ETP du mois" in visite.text()  # a month of an ETP is 1 820 / 12 hours


def suspend_then_lift(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(SUSPENDU, who.cip)
    open_sheet(visite)
    visite.follow("Suspendre")
    visite.fill(motif="contrat_suspendu", debut="2026-03-02", dernier="2026-03-31")
    visite.press("Suspendre")
    assert visite.told() == "Le titre est suspendu."
    # 20 days in January, 28 in February, 1 in March are used; the 30 of the suspension put the end back.
    read_account(
        visite,
        ["+ suspension", "30", "du 2 mars 2026 au 31 mars 2026 compris"],
        total="760",
        until="10 février 2028",
        day="2 mars 2026",
        used="49",
        suspended="30",
        left="681",
    )
    visite.on(LEVEE, who.cip)
    open_sheet(visite)
    visite.follow("Embaucher cette personne")
    assert "encore 681 jours, jusqu’au 10 février 2028" in visite.text()  # suspended days are not days left
    open_sheet(visite)
    visite.follow("Lever la suspension")
    visite.press("Lever la suspension")
    assert visite.told() == "La suspension est levée."
    read_account(
        visite,
        SUSPENSION,
        total="744",
        until="25 janvier 2028",
        day="16 mars 2026",
        used="49",
        suspended="14",
        left="681",
    )


def leave_for_another_siae(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(DEPART, who.cip)
    open_sheet(visite)
    visite.follow("CDD d’insertion, Les Osiers")
    visite.follow("Mettre fin au contrat")
    visite.fill(fin="2026-05-31", motif="autre_siae")
    visite.press("Enregistrer la sortie")
    assert visite.told() == "La sortie est enregistrée."
    said = visite.section("Ce que dit le contrat")
    assert "Dernier jour 31 mai 2026" in said
    assert "Sortie embauche dans une autre SIAE" in said


def go_on_in_an_ei(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(DEPART, who.conseillere)
    open_sheet(visite)
    visite.follow("Présenter à une SIAE sans poste précis")
    visite.fill(siae="Val Propre", message="Il continue son parcours chez vous.")
    visite.press("Présenter la candidature")
    visite.on(DEPART, who.repreneur)
    visite.menu("Parcours", "Candidatures reçues")
    visite.follow("Aldo Brindille")
    visite.follow("Accepter")
    visite.fill(debut=REPRISE.isoformat())
    visite.press("Accepter")
    assert "PASS IAE 999990000001 : encore 607 jours, jusqu’au 25 janvier 2028." in visite.text()
    visite.fill(type="cddi", fin_prevue="2027-05-31", heures_semaine="30", rome="K2204")
    visite.press("Vérifier les règles")
    assert "le titre va jusqu’au 25 janvier 2028, soit 604 jours à compter du début" in visite.text()
    visite.press("Enregistrer l’embauche")
    assert visite.told() == "L’embauche est enregistrée."
    open_ledger(visite)
    # From 12 January to 28 May: 20 + 28 + 31 + 30 + 28 days, without the 14 that were suspended.
    read_account(
        visite,
        SUSPENSION,
        total="744",
        until="25 janvier 2028",
        day="29 mai 2026",
        used="123",
        suspended="14",
        left="607",
    )


def prolong(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(DEMANDE, who.repreneur)
    open_sheet(visite)
    visite.follow("Prolonger")
    assert [line[:2] for line in visite.rows("Motifs de prolongation") if "Demander" in line[3]] == [
        ["50 ans ou plus", "365"]
    ]
    visite.follow("Demander : 50 ans ou plus")
    visite.main.get_by_label("Prescripteur habilité").select_option(label="Mission locale d’Argenteuil")
    visite.fill(jours="90", bilan="Le permis est presque acquis ; trois mois de plus mènent à l’embauche promise.")
    visite.press("Envoyer la demande")
    assert "Demande du 1er février 2027 à Mission locale d’Argenteuil, 90 jours : en attente." in visite.text()
    visite.on(ACCORD, who.conseillere)
    visite.menu("Parcours", "Demandes de prolongation")
    visite.follow("Brindille Aldo")
    promised = "Accordée, le titre durerait jusqu’au 24 avril 2028 compris, et il resterait 442 jours."
    assert promised in visite.section("Ce qui est demandé")
    visite.follow("Accorder")
    visite.press("Accorder")
    assert visite.told() == "La prolongation est accordée."
    # 392 days since 12 January 2026, 14 of them suspended.
    read_account(
        visite,
        SUSPENSION,
        ["+ prolongation", "90", GRANTED],
        total="834",
        until="24 avril 2028",
        day="8 février 2027",
        used="378",
        suspended="14",
        left="442",
    )


def leave_for_a_job(visite: Visite, who: SimpleNamespace) -> None:
    visite.on(SORTIE, who.repreneur)
    open_sheet(visite)
    visite.follow("CDD d’insertion, Val Propre")
    visite.follow("Mettre fin au contrat")
    visite.fill(motif="cdi")
    visite.press("Enregistrer la sortie")
    assert "Sortie CDI hors de l’IAE" in visite.section("Ce que dit le contrat")
    visite.on(APRES, who.conseillere)
    open_sheet(visite)
    assert [line[:4] for line in visite.rows("Contrats de la personne")] == [
        ["CDD d’insertion, Val Propre", "01/06/2026", "31/05/2027", "terminé : CDI hors de l’IAE"],
        ["CDD d’insertion, Les Osiers", "12/01/2026", "31/05/2026", "terminé : embauche dans une autre SIAE"],
    ]


def see_who_read(visite: Visite, who: SimpleNamespace) -> None:
    sheet = visite.page.url
    visite.on(APRES, who.etranger)
    visite.menu("Personnes", "Dossiers")
    assert "Aucun dossier ne vous est ouvert" in visite.text()
    visite.is_refused(sheet)
    visite.on(APRES, who.conseillere)
    open_sheet(visite)
    visite.follow("Qui a lu ce dossier")
    readers = {(line[1], line[2]) for line in visite.rows("Qui a lu ce dossier")}
    visite.follow("Page suivante")
    lines = visite.rows("Qui a lu ce dossier")
    assert readers | {(line[1], line[2]) for line in lines} == {
        ("Ida Genêt", "Mission locale d’Argenteuil"),
        ("Karim Houx", "Val Propre"),
        ("Lina Osier", "Les Osiers"),
        ("Paul Roseau", "Les Osiers"),
    }


@pytest.fixture
def visite(page: Page, live_server: LiveServer, axe: Callable[[Page], None], monkeypatch: pytest.MonkeyPatch) -> Visite:
    return Visite(page, live_server.url, axe, monkeypatch)


def test_one_right_from_the_orientation_to_the_job(visite: Visite) -> None:
    visite.at(PRESENTEE)
    who = people()
    publish_a_post(visite, who)
    create_and_orient(visite, who)
    read_and_accept(visite, who)
    hire_and_open_the_right(visite, who)
    support_and_count_the_hours(visite, who)
    suspend_then_lift(visite, who)
    leave_for_another_siae(visite, who)
    go_on_in_an_ei(visite, who)
    prolong(visite, who)
    leave_for_a_job(visite, who)
    see_who_read(visite, who)
