"""What each motive is worth, when a way out counts, between which bounds a rate lies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maillage.domains.parcours.enums.contrat import MotifSortie
from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte
from maillage.domains.parcours.rules.sorties import (
    SeuilSortie,
    categories,
    decompte,
    parametres,
    wilson,
)
from maillage.references.structures.enums import TypeSiae

ON = date(2026, 6, 1)
LONG, MISSIONS = SeuilSortie(80.7, Decimal(1)), SeuilSortie(0, Decimal(150))


def test_every_motive_has_one_category() -> None:
    assert {*categories(ON)} == {*MotifSortie.values}


@pytest.mark.parametrize(
    ("motif", "category"),
    [
        ("cdi", "durable"),
        ("cdi_siae", "durable"),
        ("cdd_long", "durable"),
        ("cdd_court", "transition"),
        ("contrat_aide", "transition"),
        ("formation_qualifiante", "positive"),
        ("autre_siae", "positive"),
        ("chomage", "autre"),
        ("sans_nouvelle", "autre"),
        ("deces", "neutralisee"),
    ],
)
def test_motives_are_worth_what_the_instruction_says(motif: str, category: str) -> None:
    assert categories(ON)[motif] == category


def test_the_first_list_also_holds_before_its_day() -> None:
    assert categories(date(2000, 1, 1)) == categories(ON)


@pytest.mark.parametrize(
    ("category", "jours", "heures", "seuil", "expected"),
    [
        ("durable", 81, Decimal(1), LONG, Decompte.COMPTEE),
        ("durable", 80, Decimal(400), LONG, Decompte.COURTE),
        ("autre", 200, Decimal("0.5"), LONG, Decompte.PEU_HEURES),
        ("autre", 200, None, LONG, Decompte.HEURES_INCONNUES),
        ("durable", 3, Decimal(150), MISSIONS, Decompte.COMPTEE),
        ("durable", 700, Decimal("149.99"), MISSIONS, Decompte.PEU_HEURES),
        ("neutralisee", 700, Decimal(900), MISSIONS, Decompte.NEUTRALISEE),
    ],
)
def test_when_a_way_out_counts(
    category: str, jours: int, heures: Decimal | None, seuil: SeuilSortie, expected: Decompte
) -> None:
    assert decompte(CategorieSortie(category), jours, heures, seuil) == expected


def test_every_kind_of_siae_has_its_rule() -> None:
    assert {str(kind): parametres(kind) for kind in TypeSiae} == {
        "ACI": ("sortie_sejour_mois", "sortie_heures_min"),
        "EI": ("sortie_sejour_mois", "sortie_heures_min"),
        "AI": (None, "sortie_heures_missions"),
        "ETTI": (None, "sortie_heures_missions"),
        "EITI": (None, "sortie_heures_min"),
    }


def test_wilson_agrees_with_a_published_interval() -> None:
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for part, total, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson(part, total) == pytest.approx((low, high), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_nobody_has_no_interval_and_a_part_is_within_its_whole() -> None:
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="no part"):
        wilson(3, 2)
