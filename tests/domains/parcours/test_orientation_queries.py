"""What is found, in how many queries: posts really open, fairness, distances, who waits, delays of the chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.domains.parcours.forms.postes import PosteFilter
from maillage.domains.parcours.models import Candidature, Poste
from maillage.domains.parcours.queries import chaines
from maillage.domains.parcours.queries.attentes_orientation import list_attentes
from maillage.domains.parcours.queries.candidatures import of_personne, received, visible_candidatures, with_etat
from maillage.domains.parcours.queries.postes import get_poste, list_postes, list_romes, read_entree
from maillage.domains.parcours.queries.sans_solution import count_sans_solution, keep_sans_solution
from maillage.domains.parcours.queries.volets_orientation import candidatures
from maillage.domains.parcours.rules.orientation import Etape, default_chain
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.models import Personne
from tests.factories.accounts import member
from tests.factories.parcours import ContratFactory, SituationFactory, TitreFactory
from tests.factories.parcours_orientation import (
    CandidatureFactory,
    ChaineFactory,
    EtapeFactory,
    PosteFactory,
    RomeFactory,
)
from tests.factories.parcours_titre import DiagnosticFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
TODAY = timezone.localdate()


def names(rows: Any) -> list[str]:
    return [each.intitule for each in rows]


@pytest.mark.parametrize(
    ("confirme_le", "found"), [(DAY - timedelta(days=89), ["Agent de propreté"]), (DAY - timedelta(days=90), [])]
)
def test_a_post_that_nobody_confirms_is_not_found_before_any_job(confirme_le: date, found: list[str]) -> None:
    PosteFactory(ouvert_le=date(2025, 1, 1), confirme_le=confirme_le)
    assert names(list_postes(DAY)) == found


def test_a_closed_post_or_that_of_a_closed_siae_is_not_found() -> None:
    PosteFactory(ouvert_le=DAY, etat="ferme", ferme_le=DAY, motif_fermeture="pourvu")
    PosteFactory(ouvert_le=DAY, siae=SiaeFactory(fin=DAY))
    assert names(list_postes(DAY)) == []


def test_the_post_least_asked_for_a_place_comes_first() -> None:
    """3 candidatures for 6 places, 1 for 1, none; those of more than three weeks ago do not count."""
    for intitule, places, recent, old in (("trois", 6, 3, 0), ("un", 1, 1, 0), ("vieux", 1, 0, 4)):
        poste = PosteFactory(intitule=intitule, places=places, ouvert_le=date(2026, 1, 5))
        for days in [1] * recent + [21] * old:
            CandidatureFactory(
                siae=poste.siae, poste=poste, deposee_le=DAY - timedelta(days=days), echeance=DAY + timedelta(days=40)
            )
    found = list_postes(DAY).order_by("charge")
    assert [(each.intitule, each.recentes, each.charge) for each in found] == [
        ("vieux", 0, 0.0),
        ("trois", 3, 0.5),
        ("un", 1, 1.0),
    ]


@pytest.fixture
def land() -> SimpleNamespace:
    """Three communes in a line: here, 3 km away, 30 km away."""
    here, near, far = (
        TerritoireFactory(code=code, nom=nom, x=650_000 + metres, y=6_860_000)
        for code, nom, metres in (("93066", "Ici", 0), ("93001", "Près", 3_000), ("93002", "Loin", 30_000))
    )
    for commune in (here, near, far):
        PosteFactory(intitule=commune.nom, commune=commune, ouvert_le=TODAY)
    return SimpleNamespace(here=here, near=near, far=far)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"commune": "93066"}, [("Ici", 0.0), ("Près", 3.0)]),
        ({"commune": "93066", "rayon": "5"}, [("Ici", 0.0), ("Près", 3.0)]),
        ({"commune": "93001", "rayon": "50"}, [("Près", 0.0), ("Ici", 3.0), ("Loin", 27.0)]),
        ({"commune": "nulle part"}, [("Ici", None), ("Loin", None), ("Près", None)]),
    ],
)
def test_around_a_commune(land: SimpleNamespace, query: dict[str, str], found: list[tuple[str, float | None]]) -> None:
    form = PosteFilter(query)
    rows = form.apply(list_postes(TODAY, form.origin)).order_by("distance_km", "intitule")
    assert [(each.intitule, each.distance_km) for each in rows] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "propreté"}, ["Agent de propreté"]),
        ({"q": "propretè des"}, ["Agent de propreté"]),
        ({"q": "nettoyge"}, ["Agent de propreté"]),  # the trade, misspelt
        ({"q": "K2204"}, ["Agent de propreté"]),
        ({"q": "Verger"}, ["Maraîcher"]),  # the SIAE
        ({"q": "soudure"}, []),
        ({"type": "EI"}, ["Maraîcher"]),
        ({"contrat": "mission"}, []),
        ({"temps": "plein"}, ["Maraîcher"]),
        ({"temps": "partiel"}, ["Agent de propreté"]),
        ({"places": "3"}, ["Maraîcher"]),
        ({"clause": "on"}, ["Maraîcher"]),
        ({"type": "XX"}, ["Agent de propreté", "Maraîcher"]),  # a wrong value drops that filter alone
    ],
)
def test_filters(query: dict[str, str], found: list[str]) -> None:
    PosteFactory(ouvert_le=TODAY)
    PosteFactory(
        intitule="Maraîcher",
        rome=RomeFactory(code="A1414", libelle="Horticulture et maraîchage"),
        siae=SiaeFactory(nom="Le Verger", type_siae="EI"),
        heures_semaine=35,
        places=3,
        clause=True,
        ouvert_le=TODAY,
    )
    assert sorted(names(PosteFilter(query).apply(list_postes(TODAY)))) == found


def test_a_trade_by_code_or_words() -> None:
    RomeFactory()
    RomeFactory(code="A1414", libelle="Horticulture et maraîchage")
    assert [each.code for each in list_romes("k2204")] == ["K2204"]
    assert [each.code for each in list_romes("maraichage")] == ["A1414"]
    assert list_romes("de") == []


def test_the_number_of_queries_does_not_depend_on_the_posts() -> None:
    counts = []
    for _ in range(2):
        PosteFactory(ouvert_le=TODAY)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            [(each.siae.organisation, each.rome, each.commune, each.recentes) for each in list_postes(TODAY)]
        counts.append(len(captured))
    assert counts == [1, 1]


def test_a_closed_post_is_read_by_its_siae_alone() -> None:
    poste = PosteFactory(etat="ferme", ferme_le=DAY, motif_fermeture="pourvu")
    poste.refresh_from_db()
    cip = member(P.SIAE_ACCOMPAGNEMENT, organisation=poste.siae.organisation)
    assert get_poste(cip, poste.public_id, DAY) == poste
    assert get_poste(member(P.SIAE_ACCOMPAGNEMENT), poste.public_id, DAY) is None
    assert get_poste(member(P.PRESCRIPTEUR, "plie"), poste.public_id, DAY) is None


def test_what_decides_where_a_person_may_enter() -> None:
    personne, cip = PersonneFactory(), member(P.PRESCRIPTEUR, "plie")
    assert read_entree(cip, personne, DAY).restants is None
    TitreFactory(personne=personne)  # 730 days from 5 January 2026
    SituationFactory(personne=personne, qpv=True)
    assert read_entree(cip, personne, DAY).qpv is None  # not of those whom one follows
    RelationFactory(personne=personne, organisation=cip.membre.organisation, type="prescription")  # type: ignore[union-attr]
    candidature = CandidatureFactory(personne=personne, siae=(poste := PosteFactory()).siae, poste=poste)
    contrat = ContratFactory(personne=personne)
    entree = read_entree(cip, personne, DAY)
    assert (entree.restants, entree.qpv) == (730 - 56, True)
    assert entree.acces(candidature.poste).raison == "candidature en cours"
    assert entree.acces(PosteFactory(siae=contrat.siae)).raison == "déjà salariée de cette SIAE"
    assert entree.acces(PosteFactory(clause=True, qpv=True)).ouvert is True
    # The State sees no social data: it is unknown to it.
    assert read_entree(member(P.ETAT_DEPARTEMENT, "ddets"), personne, DAY).qpv is None


def test_who_reads_which_candidatures() -> None:
    conseiller, cip = member(P.PRESCRIPTEUR, "plie"), member(P.SIAE_ACCOMPAGNEMENT)
    personne = PersonneFactory()
    for user in (conseiller, cip):
        RelationFactory(personne=personne, organisation=user.membre.organisation, type="prescription")
    ours = CandidatureFactory(personne=personne, siae=SiaeFactory(organisation=cip.membre.organisation))
    elsewhere = CandidatureFactory(personne=personne)
    CandidatureFactory()  # of somebody whose file is closed
    CandidatureFactory(siae=ours.siae)  # received, but the person's file is closed to the SIAE by now
    assert set(visible_candidatures(conseiller)) == {ours, elsewhere}
    assert list(visible_candidatures(cip)) == list(received(cip)) == [ours]
    assert not received(conseiller).exists()
    assert not visible_candidatures(member(P.SIAE_ENCADREMENT)).exists()
    assert list(of_personne(cip, personne, DAY)) == [ours]


@pytest.mark.parametrize(("on", "etat"), [(date(2026, 3, 5), "nouvelle"), (date(2026, 3, 6), "refusee")])
def test_the_state_that_is_read_does_not_wait_for_the_job(on: date, etat: str) -> None:
    CandidatureFactory()
    assert with_etat(Candidature.objects.all(), on).get().etat_lu == etat


def oriented(days: int, **fields: Any) -> Personne:
    """Return a person presented so many days ago."""
    day = TODAY - timedelta(days=days)
    values = {"deposee_le": day, "echeance": day + timedelta(days=60)} | fields
    personne: Personne = CandidatureFactory(**values).personne
    return personne


def test_who_is_without_a_solution() -> None:
    found = [oriented(30), oriented(180)]
    oriented(29)  # not yet
    oriented(183)  # out of memory
    oriented(60, etat="retiree", repondue_le=TODAY)  # withdrawn: not looked for
    accepted = oriented(60)
    CandidatureFactory(
        personne=accepted, etat="acceptee", deposee_le=TODAY, echeance=TODAY, repondue_le=TODAY, debut_prevu=TODAY
    )
    ContratFactory(personne=oriented(60), debut=TODAY - timedelta(9), fin_prevue=TODAY + timedelta(days=90))
    refused = oriented(40, etat="refusee", motif_refus="non_mobile", repondue_le=TODAY)
    CandidatureFactory(personne=refused, deposee_le=TODAY, echeance=TODAY + timedelta(days=60))
    kept = keep_sans_solution(Personne.objects.all(), TODAY)
    assert {each.pk for each in kept} == {each.pk for each in (*found, refused)}
    line = kept.get(pk=refused.pk)
    assert (line.orientee_le, line.nb_candidatures, line.nb_refus) == (TODAY - timedelta(days=40), 2, 1)
    assert kept.get(pk=found[1].pk).nb_refus == 1  # unanswered at its term


def test_the_counts_keep_the_secret() -> None:
    for number, departement in ((6, "95"), (2, "77")):
        for _ in range(number):
            oriented(40, personne=PersonneFactory(departement=departement))
    lines = count_sans_solution([("77", "Seine-et-Marne"), ("95", "Val-d’Oise"), ("78", "Yvelines")], TODAY)
    assert [each.departement[:5] for each in lines] == ["Seine", "Val-d", "Yveli", "ensem"]
    told = [each.effectifs for each in lines]
    assert told[0][0] is None  # two persons
    assert told[1][0] is None  # else the two would be found by subtraction
    assert told[2] == (0, 0, 0, 0, 0)
    assert count_sans_solution([], TODAY) == []


def test_what_awaits_whom() -> None:
    cip = member(P.SIAE_ACCOMPAGNEMENT)
    siae = SiaeFactory(organisation=cip.membre.organisation)
    conseiller = member(P.PRESCRIPTEUR, "plie")
    personne = oriented(40, siae=siae)
    for user, kind in ((cip, "candidature"), (conseiller, "prescription")):
        RelationFactory(personne=personne, organisation=user.membre.organisation, type=kind)
    long_ago = TODAY - timedelta(days=70)
    PosteFactory(siae=siae, ouvert_le=long_ago)
    told = {each.label: each.echeance for each in list_attentes(cip)}
    assert told == {
        "1 candidature attend votre réponse": TODAY + timedelta(days=20),
        "1 poste à confirmer": TODAY + timedelta(days=20),
    }
    assert [each.label for each in list_attentes(conseiller)] == [
        "1 personne orientée est sans solution depuis 30 jours"
    ]


def test_the_volet_of_a_person_in_a_constant_number_of_queries() -> None:
    conseiller = member(P.PRESCRIPTEUR, "plie")
    personne = PersonneFactory()
    RelationFactory(personne=personne, organisation=conseiller.membre.organisation, type="prescription")
    counts = []
    for _ in range(3):
        CandidatureFactory(personne=personne)
        with CaptureQueriesContext(connection) as captured:
            volet = candidatures(conseiller, personne, DAY)
        counts.append(len(captured))
    assert volet is not None
    assert len(volet.contexte["lignes"]) == 3
    assert counts[1] == counts[2]
    assert candidatures(member(P.ANALYSTE, "dreets"), personne, DAY) is None


def test_a_departement_without_a_chain_follows_the_default_one() -> None:
    TerritoireFactory(niveau="departement", code="95", departement="95", nom="Val-d’Oise")
    TerritoireFactory(niveau="departement", code="77", departement="77", nom="Seine-et-Marne")
    chaine = ChaineFactory()
    EtapeFactory(chaine=chaine, rang=2, role="repondre", acteur="siae", delai_jours=None)
    EtapeFactory(chaine=chaine, rang=1)
    found = {each.departement: each for each in chaines.list_chaines("11")}
    assert [found[code].convenue for code in ("77", "95")] == [False, True]
    assert [each.role for each in found["95"].etapes] == ["orienter", "repondre"]
    assert found["95"].delai_jours is None
    assert found["77"].delai_jours == 75
    assert found["95"] == chaines.get_chaine("95")


def test_the_delays_that_are_really_taken() -> None:
    """Six persons: followed on day 0, presented 4 days later, answered 10 days after, hired 6 days after that."""
    TerritoireFactory(niveau="departement", code="95", departement="95", nom="Val-d’Oise")
    start = DAY - timedelta(days=100)
    for number in range(6):
        personne, siae = PersonneFactory(), SiaeFactory()
        RelationFactory(personne=personne, type="prescription", debut=start)
        asked = start + timedelta(days=4)
        # One was found eligible before, the others three days later; each right opens a week after its diagnosis.
        found = asked + timedelta(days=3 if number else -3)
        titre = TitreFactory(personne=personne, debut=found + timedelta(days=7))
        DiagnosticFactory(personne=personne, titre=titre, debut=found, fin=found + timedelta(days=180))
        answered = asked + timedelta(days=10)
        CandidatureFactory(
            personne=personne,
            siae=siae,
            deposee_le=asked,
            echeance=asked + timedelta(days=60),
            etat="acceptee",
            repondue_le=answered,
            debut_prevu=answered,
        )
        if number < 4:
            hired = answered + timedelta(days=6)
            ContratFactory(personne=personne, siae=siae, debut=hired, fin_prevue=hired + timedelta(days=120))
    chaine = replace(chaines.get_chaine("95"), etapes=(*default_chain(), Etape("valider", "cta", 5)))
    steps = chaines.measure(chaine, DAY)
    told = {each.etape.role: (each.median, each.tenu, each.raison) for each in steps}
    assert told == {
        "orienter": (4, True, ""),
        "diagnostiquer": (3, True, ""),
        "repondre": (10, True, ""),
        "embaucher": (None, None, "moins de 5 cas sur un an"),
        "valider": (7, False, ""),
    }


def test_posts_are_counted_once_each() -> None:
    poste = PosteFactory(ouvert_le=TODAY)
    for _ in range(2):
        CandidatureFactory(siae=poste.siae, poste=poste, deposee_le=TODAY, echeance=TODAY + timedelta(days=60))
    assert list_postes(TODAY).count() == Poste.objects.count() == 1
