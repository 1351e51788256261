"""States, delays, what a person may enter, chains: tables, no database."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from maillage.domains.parcours.enums.orientation import EtatCandidature as E
from maillage.domains.parcours.rules.orientation import (
    CANDIDATURE,
    DE_L_ORIENTEUR,
    DE_LA_SIAE,
    FINIES,
    POSTE,
    SIMPLES,
    VIVANTES,
    Etape,
    acces,
    check_chain,
    check_debut,
    check_poste,
    check_refus,
    default_chain,
    etat_lu,
)
from maillage.foundations.kernel.errors import Refused

DAY = date(2026, 3, 2)


def codes(refusals: list) -> list[str]:  # type: ignore[type-arg]
    return [each.code for each in refusals]


# What may be done in each state, as the reference workflow says (les-emplois, job_applications/models.py).
TABLE = {
    E.NOUVELLE: "examiner accepter reporter garder refuser transferer retirer perimer devenir_sans_objet fondre",
    E.ETUDE: "accepter reporter garder refuser transferer retirer perimer devenir_sans_objet fondre",
    E.REPORTEE: "examiner accepter garder refuser transferer retirer devenir_sans_objet fondre",
    E.VIVIER: "examiner accepter reporter refuser transferer retirer fondre",
    E.ACCEPTEE: "annuler",
    E.REFUSEE: "accepter transmettre",
    E.RETIREE: "",
    E.ANNULEE: "accepter garder",
    E.OBSOLETE: "accepter garder reprendre transferer",
}


@pytest.mark.parametrize("etat", E, ids=str)
def test_what_may_be_done_in_a_state(etat: E) -> None:
    assert {each.act for each in CANDIDATURE.available(etat)} == set(TABLE[etat].split())


def test_a_state_is_living_or_over() -> None:
    assert sorted((*VIVANTES, *FINIES)) == sorted(E)


def test_every_act_of_the_table_has_somebody_who_does_it() -> None:
    machine = {"perimer", "devenir_sans_objet", "fondre"}
    assert {each.act for each in CANDIDATURE} == DE_LA_SIAE | DE_L_ORIENTEUR | machine
    assert SIMPLES <= DE_LA_SIAE | DE_L_ORIENTEUR


def test_an_act_out_of_its_states_is_refused() -> None:
    for act, etat in product({each.act for each in CANDIDATURE}, E):
        if act in TABLE[etat].split():
            assert CANDIDATURE.target(act, etat) in E
        else:
            with pytest.raises(Refused):
                CANDIDATURE.target(act, etat)


def test_a_closed_post_only_opens_again() -> None:
    assert [each.act for each in POSTE.available("ferme")] == ["rouvrir"]


@pytest.mark.parametrize(
    ("etat", "echeance", "expected"),
    [
        ("nouvelle", date(2026, 3, 3), "nouvelle"),
        ("nouvelle", date(2026, 3, 2), "refusee"),
        ("etude", date(2026, 3, 1), "refusee"),
        ("reportee", date(2026, 1, 1), "reportee"),
        ("vivier", date(2026, 1, 1), "vivier"),
        ("acceptee", date(2026, 1, 1), "acceptee"),
    ],
)
def test_an_unanswered_candidature_is_refused_from_its_term_on(etat: str, echeance: date, expected: str) -> None:
    assert etat_lu(etat, echeance, DAY) == expected


@pytest.mark.parametrize(
    ("motif", "reponse", "expected"),
    [
        ("plus_de_place", "", []),
        ("objectifs", "", []),
        ("autre", "non", ["reponse_courte"]),
        ("autre", "Le chantier ferme en mai.", []),
        ("sans_reponse", "", ["motif_inconnu"]),
        ("", "", ["motif_inconnu"]),
    ],
)
def test_a_refusal_says_why(motif: str, reponse: str, expected: list[str]) -> None:
    assert codes(check_refus(motif, reponse)) == expected


@pytest.mark.parametrize(
    ("debut", "expected"),
    [
        (date(2026, 3, 1), ["debut_passe"]),
        (date(2026, 3, 2), []),
        (date(2026, 9, 2), []),
        (date(2026, 9, 3), ["debut_lointain"]),
    ],
)
def test_when_a_hiring_may_begin(debut: date, expected: list[str]) -> None:
    assert codes(check_debut(debut, on=DAY, limite=date(2026, 9, 2))) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"places": 0}, ["sans_place"]),
        ({"heures": 49}, ["heures"]),
        ({"heures": None}, []),
        ({"qpv": True}, ["qpv_sans_clause"]),
        ({"qpv": True, "clause": True}, []),
    ],
)
def test_what_a_post_may_say(fields: dict[str, object], expected: list[str]) -> None:
    values: dict[str, object] = {"places": 1, "heures": 26, "clause": False, "qpv": False} | fields
    assert codes(check_poste(**values)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "ouvert"),
    [
        ({}, True),
        ({"deja": True}, False),
        ({"salariee": True}, False),
        ({"reserve_qpv": True, "qpv": None}, None),
        ({"reserve_qpv": True, "qpv": False}, False),
        ({"reserve_qpv": True, "qpv": True}, True),
    ],
)
def test_whether_a_person_may_enter_a_post(fields: dict[str, bool | None], ouvert: bool | None) -> None:
    values: dict[str, bool | None] = {"reserve_qpv": False, "qpv": None, "deja": False, "salariee": False} | fields
    assert acces(**values).ouvert is ouvert  # type: ignore[arg-type]


def test_the_default_chain_stands() -> None:
    assert check_chain(default_chain()) == []


def test_a_chain_says_who_orients_diagnoses_and_answers() -> None:
    step = Etape("orienter", "ft", 15)
    assert codes(check_chain([step])) == ["etape_manquante", "etape_manquante"]
    assert codes(check_chain([*default_chain(), default_chain()[0]])) == ["etape_double"]
    assert codes(check_chain([*default_chain(), Etape("valider", "cta", 0)])) == ["delai"]
