"""What a way out is worth, whether it counts, and between which bounds a rate drawn from few people lies."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal
    from typing import Any

MOIS_JOURS = 365.25 / 12  # the mean length of a month
DYNAMIQUES = (CategorieSortie.DURABLE, CategorieSortie.TRANSITION, CategorieSortie.POSITIVE)
CATEGORIES = tuple(CategorieSortie)
Z_95 = 1.959963984540054  # the normal quantile of a two-sided interval at 95 %


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parents[1] / "facts/sorties.toml").read_text("utf-8"))


@cache
def categories(on: date) -> Mapping[str, CategorieSortie]:
    """Return the category of each motive on a day; the first list also holds before its day."""
    lists = _facts()["motifs"]
    held = [each for each in lists if each["depuis"] <= on] or lists[:1]
    return {motif: category for category in CATEGORIES for motif in held[-1][category.value]}


def categorie(motif: str, on: date) -> CategorieSortie:
    """Return what a motive is worth on a day; raise `KeyError` for an unknown one."""
    return categories(on)[motif]


def motifs_of(*wanted: CategorieSortie, on: date) -> list[str]:
    """Return the motives of some categories on a day."""
    return [motif for motif, category in categories(on).items() if category in wanted]


@dataclass(frozen=True, slots=True)
class SeuilSortie:
    """What a stay must reach for its end to count: more than `jours` days (0: any), at least `heures` hours."""

    jours: float
    heures: Decimal


def parametres(type_siae: str) -> tuple[str | None, str]:
    """Return the names of the parameters of a kind: the length of the stay, if it matters, and the hours."""
    row = _facts()["decompte"][type_siae]
    return "sortie_sejour_mois" if row["sejour"] else None, row["heures"]


def decompte(category: CategorieSortie, jours: int, heures: Decimal | None, seuil: SeuilSortie) -> Decompte:
    """Return whether a way out counts. Unknown hours are not zero: it does not count, and that is said."""
    if category == CategorieSortie.NEUTRALISEE:
        return Decompte.NEUTRALISEE
    if seuil.jours and jours <= seuil.jours:
        return Decompte.COURTE
    if heures is None:
        return Decompte.HEURES_INCONNUES
    return Decompte.COMPTEE if heures >= seuil.heures else Decompte.PEU_HEURES


def wilson(part: int, total: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share (Wilson's score), in [0, 1]; None without anybody.

    Raise `ValueError` when the part is not within the whole.
    """
    if not 0 <= part <= total:
        raise ValueError(f"{part} is no part of {total}")
    if not total:
        return None
    share, z2 = part / total, Z_95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 / (1 + z2 / total) * sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Taux:
    """A share with its interval at 95 %, in [0, 1], and the number of people that it is drawn from."""

    part: int
    total: int
    bas: float
    haut: float

    @property
    def valeur(self) -> float:
        return self.part / self.total

    def __str__(self) -> str:
        percent = [f"{100 * each:.0f}" for each in (self.valeur, self.bas, self.haut)]
        return f"{percent[0]}\u202f% ({self.part} sur {self.total}\u202f; de {percent[1]} à {percent[2]}\u202f%)"


def make_taux(part: int, total: int) -> Taux:
    """Return the share of a whole with somebody; raise `ValueError` otherwise."""
    bounds = wilson(part, total)
    if bounds is None:
        raise ValueError("a share is of somebody")
    return Taux(part, total, *bounds)
