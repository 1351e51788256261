"""What may be told of a count, how it stands against a target, what the strategy says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.offre.enums import PublicPrioritaire, Situation
from maillage.domains.offre.rules.publics import (
    FicheObjectif,
    Fourchette,
    LigneRealisation,
    check_objectif,
    check_realisation,
    least_gap,
    least_missing,
    reperes,
    situate,
    tell,
)

FICHE = FicheObjectif("femmes", "region", "11", "", 2025, Decimal(40), None, "cor_iae")


def test_every_public_has_its_definition_and_the_strategys_figure_where_it_gives_one() -> None:
    assert set(reperes()) == set(PublicPrioritaire.values)
    latest = {code: dict(each.parts).get(2016) for code, each in reperes().items()}
    assert latest == {
        "femmes": 39,
        "rqth": 4,
        "refugies": None,
        "campements": None,
        "qpv": 35,
        "brsa": 31,
        "deld_2ans": 45,
        "seniors": 20,
        "seniors_deld": 14,
        "jeunes": 18,
    }


def test_publics_have_the_codes_of_those_whose_need_is_counted() -> None:
    assert set(PublicPrioritaire.values) - set(list_publics()) <= {"seniors_deld"}


@pytest.mark.parametrize(
    ("effectif", "total", "hidden", "told"),
    [
        (20, 50, False, (20, 20)),
        (0, 50, False, (0, 0)),  # nobody: it speaks of nobody
        (50, 50, False, (50, 50)),
        (4, 50, False, (1, 4)),
        (1, 3, False, (1, 3)),
        (47, 50, False, (46, 49)),  # three others would be told
        (5, 50, False, (5, 5)),
        (45, 50, False, (45, 45)),
        (20, 50, True, (0, 50)),
    ],
)
def test_a_count_of_few_people_is_told_as_a_range(
    effectif: int, total: int, hidden: bool, told: tuple[int, int]
) -> None:
    assert tell(effectif, total, least=5, hidden=hidden) == Fourchette(*told, total)


def test_a_count_over_its_total_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="6 people out of 5"):
        tell(6, 5, least=5)


@pytest.mark.parametrize(
    ("seen", "part", "nombre", "situation"),
    [
        (None, 40, None, Situation.INCONNU),
        (Fourchette(20, 20, 50), 40, None, Situation.ATTEINT),
        (Fourchette(19, 19, 50), 40, None, Situation.LOIN),
        (Fourchette(1, 4, 50), 40, None, Situation.LOIN),  # even four would not do
        (Fourchette(1, 4, 50), 2, None, Situation.ATTEINT),  # one is enough
        (Fourchette(1, 4, 50), 6, None, Situation.INDETERMINE),
        (Fourchette(20, 20, 50), None, 20, Situation.ATTEINT),
        (Fourchette(20, 20, 50), None, 21, Situation.LOIN),
    ],
)
def test_a_situation_follows_from_what_may_be_told(
    seen: Fourchette | None, part: int | None, nombre: int | None, situation: Situation
) -> None:
    cible = None if part is None else Decimal(part)
    assert situate(seen, cible_part=cible, cible_nombre=nombre) == situation


def test_a_gap_is_given_at_its_least() -> None:
    assert least_gap(Fourchette(10, 10, 50), Decimal(40)) == pytest.approx(20)
    assert least_gap(Fourchette(1, 4, 50), Decimal(40)) == pytest.approx(32)
    assert least_gap(Fourchette(30, 30, 50), Decimal(40)) == 0
    assert least_missing(Fourchette(10, 10, 50), Decimal(40)) == 10
    assert least_missing(Fourchette(0, 0, 18), Decimal("4.9")) == 1
    assert least_missing(Fourchette(1, 4, 50), Decimal(40)) == 16
    assert least_missing(Fourchette(30, 30, 50), Decimal(40)) == 0


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"public": "zut"}, ["public_inconnu"]),
        ({"source": "zut"}, ["source_inconnue"]),
        ({"annee": 1999}, ["annee_invalide"]),
        ({"cible_nombre": 3}, ["une_cible"]),
        ({"cible_part": None}, ["une_cible"]),
        ({"cible_part": Decimal(101)}, ["part_invalide"]),
        ({"cible_part": None, "cible_nombre": 0}, ["nombre_invalide"]),
    ],
)
def test_an_objective_is_refused_with_every_reason(changes: dict[str, object], codes: list[str]) -> None:
    values = {name: getattr(FICHE, name) for name in FICHE.__dataclass_fields__} | changes
    assert [refusal.code for refusal in check_objectif(FicheObjectif(**values))] == codes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ligne", "found"),
    [
        (LigneRealisation(1, 2025, 50, (("femmes", 20),)), []),
        (LigneRealisation(2, 2025, 50, ()), [("siae_inconnue", "siret")]),
        (LigneRealisation(1, 2027, 50, ()), [("annee_invalide", "annee")]),
        (LigneRealisation(1, 2025, 0, ()), [("total_nul", "salaries")]),
        (LigneRealisation(1, 2025, 10, (("rqth", 11),)), [("effectif_trop_grand", "rqth")]),
        (
            LigneRealisation(1, 2025, 10, (("seniors", 3), ("seniors_deld", 4))),
            [("seniors_incoherents", "seniors_deld")],
        ),
    ],
)
def test_a_line_of_actuals_is_refused_with_every_reason(ligne: LigneRealisation, found: list[tuple[str, str]]) -> None:
    reasons = check_realisation(ligne, siae={1}, annee_max=2026)
    assert [(reason.code, reason.field) for reason in reasons] == found
