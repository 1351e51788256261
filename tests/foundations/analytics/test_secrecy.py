"""What a figure about people tells: pure tables, no database."""

from __future__ import annotations

from typing import Any

from maillage.foundations.analytics.declarations import Forme, Ventilation
from maillage.foundations.analytics.secrecy import list_told

TABLE, LIGNE, PROPRE = (Ventilation(forme.value, forme.value, forme) for forme in Forme)


def row(place: str, above: int, below: int | None, modalite: str = "") -> dict[str, Any]:
    niveau = "region" if place == "11" else "departement"
    return {
        "niveau": niveau,
        "territoire": place,
        "annee": 2025,
        "modalite": modalite,
        "numerateur": above,
        "denominateur": below,
    }


def wholes(*counts: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [row("11", sum(n for _, n, _ in counts), sum(n for *_, n in counts)), *(row(*each) for each in counts)]


def told(parts: Any, axis: Any, dicibles: Any = None) -> set[str]:
    """The territories, or the modalities, that are told."""
    return {f"{cell[1]}{cell[3]}" for cell in list_told(parts, dicibles, 5)[axis]}


def test_a_small_part_is_withheld_with_another_and_the_rest_counts_too() -> None:
    assert told({None: wholes(("93", 3, 60), ("94", 40, 90), ("95", 15, 60))}, None) == {"11", "94"}
    assert told({None: wholes(("93", 57, 60), ("94", 50, 90), ("95", 15, 60))}, None) == {"11", "95"}
    assert told({None: wholes(("93", 0, 60), ("94", 40, 90))}, None) == {"11", "93", "94"}


def test_a_table_by_kind_is_masked_with_its_totals() -> None:
    cells = [row("93", 3, 30, "EI"), row("93", 20, 40, "ACI"), row("95", 9, 30, "EI"), row("95", 20, 40, "ACI")]
    parts = {None: wholes(("93", 23, 70), ("95", 29, 70)), TABLE: cells}
    assert told(parts, TABLE) == {"93", "95", "11", "11EI", "11ACI"}


def test_trades_are_told_only_where_their_sum_is() -> None:
    trades = [row("11", 3, 30, "A1203"), row("11", 20, 40, "F1704"), row("11", 30, 60, "inconnu")]
    parts = {None: wholes(("93", 53, 130)), LIGNE: trades}
    assert told(parts, LIGNE, {("region", "11", 2025)}) == {"11inconnu"}
    assert told(parts, LIGNE, set()) == set()


def test_what_is_told_to_oneself_stands_alone() -> None:
    own = [row("11", 3, 30, "a"), row("11", 20, 40, "b"), row("11", 38, 40, "c"), row("11", 0, 4, "d")]
    parts = {None: wholes(("93", 61, 114)), PROPRE: own}
    assert told(parts, PROPRE, set()) == {"11b"}
