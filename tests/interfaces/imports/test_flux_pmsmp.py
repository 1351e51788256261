"""The table PMSMP of the ASP: what it brings, what is refused or told, what a second delivery changes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.domains.entreprises.models import BilanImmersion, Immersion
from maillage.domains.entreprises.queries.chiffres import count_immersions
from maillage.domains.entreprises.queries.invariants import INVARIANTS
from maillage.domains.entreprises.rules.flux import ContratConnu, LigneImmersion, find_contrat
from maillage.domains.entreprises.services.flux import record_immersions
from maillage.domains.entreprises.services.immersions import cancel_immersion
from maillage.domains.entreprises.views.immersions import immersion_url
from maillage.domains.parcours.models import Contrat, SalarieAsp
from maillage.domains.parcours.services.flux_contrats import Annuaire
from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.enums import EtatRejet
from maillage.interfaces.imports.services.suites import replay_rejet
from maillage.references.economie.models import Employeur
from tests.factories.accounts import MembreFactory
from tests.factories.economie import EmployeurFactory
from tests.factories.entreprises import ImmersionFactory
from tests.factories.flux import CONTRATS, nir, salaries, structures, table
from tests.interfaces.imports.conftest import ON, Import, counts, rejects, warnings

HEADER = (
    "Identifiant|SALARIE|nir|structure|mesure|siret|denomination|commune|rome|objectif|debut|fin|heures|jours|"
    "embauche|contrat_suite"
)
HOTE, AUTRE, INCONNU = "00009101700012", "00009102500015", "00009001900019"


def line(number: int, debut: str, fin: str, **cells: str) -> str:
    """Return a line of the ACI 4001, whose person 700000 is with a known host."""
    values = {
        "identifiant": str(number),
        "salarie": "700000",
        "nir": "",
        "structure": "4001",
        "mesure": "ACI_DC",
        "siret": HOTE,
        "denomination": "",
        "commune": "",
        "rome": "",
        "objectif": "Confirmer un projet professionnel",
        "debut": debut,
        "fin": fin,
        "heures": "26",
        "jours": "10",
        "embauche": "",
        "contrat_suite": "",
    }
    return "|".join((values | cells).values())


def content(*lines: str) -> bytes:
    return table("PMSMP", HEADER, list(lines))


@pytest.fixture
def known(imported: Import, territoires: None) -> Import:
    """An ACI, an EI, an AI and an ETTI; eleven persons employed a year by the ACI; one host."""
    imported(structures(4), "flux_structure")
    imported(salaries(11), "flux_salarie")
    lines = [
        f"{1 + person}|{700_000 + person}|4001|ACI_DC|CDDI|0|01/01/2026|31/12/2026||||NON|||||40||"
        for person in range(11)
    ]
    assert counts(imported(table("ContratMission", CONTRATS, lines), "flux_contrat_mission")) == (11, 11, 0, 0, 0)
    EmployeurFactory(siret=HOTE)
    return imported


@pytest.mark.usefixtures("db")
def test_immersions_come_validated_then_nothing_moves_then_a_delivery_corrects_them(known: Import) -> None:
    new = {"siret": AUTRE, "denomination": "Cantine inventée", "commune": "93001"}
    lines = [
        line(1, "02/03/2026", "13/03/2026", embauche="oui"),
        line(2, "06/04/2026", "17/04/2026", salarie="", nir=nir(1), heures="", objectif="recruter", **new),
        line(3, "07/12/2026", "18/12/2026", embauche="non"),  # to come: nobody knows yet how it went
    ]
    lot = known(content(*lines), "flux_pmsmp")
    assert (counts(lot), rejects(lot)) == ((3, 3, 0, 0, 0), [])
    assert warnings(lot) == [(3, "contrat_suite_absent", "Une embauche sans son contrat : il reste « non renseigné ».")]
    first, second, third = Immersion.objects.order_by("reference")
    personne = SalarieAsp.objects.get(identifiant="700000").personne
    contrat = Contrat.objects.get(reference="1")
    assert (first.personne, first.contrat, first.prescripteur) == (personne, contrat, contrat.siae.organisation)
    assert (first.etat, first.fin, first.source) == ("acceptee", date(2026, 3, 14), lot.provenance)
    assert (second.heures_semaine, second.rome, second.employeur.denomination) == (None, None, "Cantine inventée")
    assert list(BilanImmersion.objects.order_by("immersion").values_list("immersion", "embauche", "contrat_suite")) == [
        (first.pk, True, "inconnu"),
        (second.pk, None, ""),
    ]
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.requete)
            assert cursor.fetchall() == []

    before = Immersion.objects.values().order_by("pk"), Employeur.objects.values().order_by("pk")
    snapshot = [list(rows) for rows in before]
    assert counts(known(content(*lines), "flux_pmsmp")) == (3, 0, 0, 3, 0)
    assert [list(rows.all()) for rows in before] == snapshot

    corrected = [
        line(1, "02/03/2026", "13/03/2026", embauche="", heures=""),  # what is left out wipes nothing
        line(2, "06/04/2026", "16/04/2026", salarie="700001", embauche="oui", contrat_suite="cdi", **new),
    ]
    assert counts(known(content(*corrected), "flux_pmsmp")) == (2, 0, 1, 1, 0)
    second.refresh_from_db()
    assert (second.fin, second.bilan.contrat_suite) == (date(2026, 4, 17), "cdi")
    assert (first.events.count(), second.events.count(), third.events.count()) == (1, 2, 1)


@pytest.mark.usefixtures("db")
def test_each_fault_is_refused_with_its_reason_and_replayed_once_corrected(known: Import) -> None:
    days = "02/03/2026", "13/03/2026"
    lines = [
        (line(1, *days), ""),
        (line(2, "13/03/2026", "20/03/2026", jours="5"), "immersions_chevauchees"),
        (line(3, *days, structure="9999"), "structure_inconnue"),
        (line(4, *days, structure="4004", mesure="ETTI_DC"), "prescripteur"),
        (line(5, *days, salarie="999"), "salarie_inconnu"),
        (line(6, *days, salarie=""), "salarie_absent"),
        (line(7, *days, salarie="700001", structure="4002", mesure="EI_DC"), "contrat_absent"),
        (line(8, "28/12/2026", "08/01/2027", salarie="700001"), "contrat_absent"),
        (line(9, "13/03/2026", "02/03/2026"), "date_impossible"),
        (line(10, "01/06/2026", "01/07/2026"), "duree"),
        (line(11, *days, objectif="travailler"), "objectif_inconnu"),
        (line(12, *days, jours="20"), "jours_impossibles"),
        (line(13, *days, salarie="700001", siret=INCONNU), "hote_inconnu"),
        (line(14, *days, nir=nir(1)), "deux_nir"),
    ]
    lot = known(content(*(text for text, _ in lines)), "flux_pmsmp")
    assert [code for _, code, _ in rejects(lot)] == [code for _, code in lines if code]
    assert counts(lot) == (14, 1, 0, 0, 13)
    rejet = lot.rejets.get(code="immersions_chevauchees")
    replay_rejet(rejet=rejet, valeurs={"debut": "16/03/2026"}, actor=None, on=ON)
    rejet.refresh_from_db()
    assert (rejet.etat, Immersion.objects.count()) == (EtatRejet.REJOUE, 2)


@pytest.mark.usefixtures("db")
def test_the_quotas_are_told_since_it_happened_and_the_person_is_in_the_rate(known: Import) -> None:
    spans = [("02/03/2026", "31/03/2026"), ("01/05/2026", "30/05/2026"), ("01/09/2026", "30/09/2026")]
    lines = [line(number, *span, jours="22") for number, span in enumerate(spans, start=1)]
    lot = known(content(*lines[:2]), "flux_pmsmp")
    assert (counts(lot), warnings(lot)) == ((2, 2, 0, 0, 0), [])
    lot = known(content(lines[2], line(4, "01/10/2026", "20/10/2026", jours="2", siret=AUTRE)), "flux_pmsmp")
    assert [(row, code) for row, code, _ in warnings(lot)] == [(3, "periodes"), (3, "cumul")]
    assert [code for _, code, _ in rejects(lot)] == ["hote_inconnu"]
    EmployeurFactory(siret=AUTRE)
    lot = known(content(line(4, "01/10/2026", "20/10/2026", jours="2", siret=AUTRE)), "flux_pmsmp")
    told = "110 jours du CDDI en immersion, sur 365 (25 % au plus) : 91 au plus."
    assert warnings(lot) == [(3, "part_contrat", told)]
    others = [line(10 + person, *spans[0], jours="22", salarie=str(700_000 + person)) for person in range(1, 6)]
    assert counts(known(content(*others), "flux_pmsmp")) == (5, 5, 0, 0, 0)
    [aci] = [ligne for ligne in count_immersions(2026, []) if ligne.type == "ACI"]
    assert (aci.salaries, aci.immersions) == (11, 6)


@pytest.mark.usefixtures("db")
def test_the_queries_do_not_grow_with_the_lines(known: Import) -> None:
    def count(first: int, last: int) -> int:
        lignes = [
            LigneImmersion(
                reference=str(number),
                salarie=str(700_000 + number),
                structure="4001",
                type_siae="ACI",
                siret=HOTE,
                objectif="decouvrir",
                debut=date(2026, 3, 2),
                fin=date(2026, 3, 14),
                jours=10,
            )
            for number in range(first, last)
        ]
        with CaptureQueriesContext(connection) as queries:
            results = record_immersions(lignes=lignes, annuaire=annuaire, actor=None, on=ON, source="ASP")
        assert [each.change for each in results] == ["cree"] * len(lignes)
        return len(queries)

    annuaire = Annuaire.read()
    assert count(0, 1) == count(1, 6)


@pytest.mark.usefixtures("db")
def test_one_written_here_stays_and_one_from_elsewhere_is_corrected_there(known: Import, client: Client) -> None:
    personne = SalarieAsp.objects.get(identifiant="700000").personne
    ImmersionFactory(
        personne=personne, employeur=Employeur.objects.get(siret=HOTE), debut=date(2026, 3, 2), fin=date(2026, 3, 10)
    )
    lines = line(1, "02/03/2026", "13/03/2026"), line(2, "01/04/2026", "10/04/2026", jours="8")
    lot = known(content(*lines), "flux_pmsmp")
    assert (counts(lot), [code for _, code, _ in warnings(lot)]) == ((2, 1, 0, 1, 0), ["deja_ecrite"])
    assert Immersion.objects.get(debut=date(2026, 3, 2)).fin == date(2026, 3, 10)
    imported = Immersion.objects.get(reference="2")
    user = MembreFactory(organisation=imported.prescripteur, profil="siae_accompagnement").user
    with pytest.raises(Refused) as refused:
        cancel_immersion(immersion=imported, motif="Annulée", actor=user, on=ON)
    assert [each.code for each in refused.value.refusals] == ["reprise"]
    client.force_login(user)
    page = client.get(immersion_url(imported)).content.decode()
    assert ("Immersion reprise d’un fichier" in page, "Convention (PDF)" in page, "Écrire le bilan" in page) == (
        True,
        False,
        False,
    )
    for name in ("immersion_bilan", "immersion_pdf"):
        args = [personne.public_id, imported.public_id]
        assert client.get(reverse(f"entreprises:{name}", args=args)).status_code == 404


def test_a_contract_and_those_that_follow_it_cover_the_days_of_an_immersion() -> None:
    first = ContratConnu(1, "cddi", date(2026, 1, 1), date(2026, 3, 1))
    second = ContratConnu(2, "cddi", date(2026, 3, 1), date(2026, 6, 1))
    for_ever = ContratConnu(3, "cdi_inclusion", date(2026, 6, 2), None)
    contrats = [for_ever, second, first]
    assert find_contrat(contrats, date(2026, 2, 20), date(2026, 3, 10)) == first
    assert find_contrat(contrats, date(2026, 5, 20), date(2026, 6, 10)) is None
    assert find_contrat(contrats, date(2030, 1, 1), date(2030, 1, 10)) == for_ever
