"""What is proposed to a person after a SIAE, and why: each reason has its points, its words, or is unknown.

Pure: an offer and a person in, reasons out. An unknown reason is no zero: the score is told as a span, from what is
known to what it could reach, and the order counts half of what is unknown.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The kinds in the order of the tables: that of the steps, then the one apart.
ORDRE = ("AI", "ACI", "EI", "ETTI", "EITI")
# Bands of days without a contract: up to so many; the last one goes to the delay.
TRANCHES = ((0, "aucun jour"), (30, "1 à 30 jours"), (90, "31 à 90 jours"))
FAMILLE = 3  # letters and digits that two neighbouring trades of the ROME share


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parents[1] / "facts/suites.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Poids:
    """The points of each reason and what they are measured against: dated parameters, told on the page.

    `proche_km` and `loin_km` bound the distance, `jours_min` are the days of the shortest CDDI.
    """

    distance: int
    metier: int
    droit: int
    progression: int
    convention: int
    places: int
    proche_km: float
    loin_km: float
    jours_min: int


@dataclass(frozen=True, slots=True)
class Profil:
    """Who looks for a next step: days left of their right, kind of their SIAE, trades of their contracts.

    `restants` and `type_siae` are None when unknown, `metiers` is empty when no contract names a trade.
    """

    restants: int | None
    type_siae: str | None
    metiers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Offre:
    """A post, or a SIAE without one: `rome`, `places` and `recentes` (candidatures of the last weeks) are then None.

    `convention` is the object of the one in force between both SIAE, "" without one.
    """

    type_siae: str
    distance_km: float | None = None
    rome: str | None = None
    places: int | None = None
    recentes: int | None = None
    convention: str = ""


@dataclass(frozen=True, slots=True)
class Raison:
    """Why an offer is proposed: `points` out of `sur`, None when unknown; `texte` says it."""

    code: str
    points: float | None
    sur: int
    texte: str

    def __str__(self) -> str:
        told = "?" if self.points is None else f"{self.points:.0f}"
        return f"{told} · {self.texte}"


@dataclass(frozen=True, slots=True)
class Note:
    """The reasons of an offer and what they are worth together."""

    raisons: tuple[Raison, ...]

    @property
    def connus(self) -> float:
        """The points that are known: the least that the offer is worth."""
        return sum(each.points for each in self.raisons if each.points is not None)

    @property
    def inconnus(self) -> int:
        """The points that nobody knows."""
        return sum(each.sur for each in self.raisons if each.points is None)

    @property
    def rang(self) -> float:
        """What the order of the list counts: what is known, and half of what is not."""
        return self.connus + self.inconnus / 2

    def __str__(self) -> str:
        low, high = round(self.connus), round(self.connus + self.inconnus)
        return f"{low}" if low == high else f"{low} à {high}"


def score(offre: Offre, profil: Profil, poids: Poids) -> Note:
    """Return why an offer suits a person, reason by reason."""
    return Note(
        (
            _distance(offre, poids),
            _metier(offre, profil, poids),
            _droit(offre, profil, poids),
            _progression(offre, profil, poids),
            _convention(offre, poids),
            _places(offre, poids),
        )
    )


def _distance(offre: Offre, poids: Poids) -> Raison:
    km = offre.distance_km
    if km is None:
        return Raison("distance", None, poids.distance, "distance inconnue")
    span = poids.loin_km - poids.proche_km
    share = 1.0 if km <= poids.proche_km else max(0.0, (poids.loin_km - km) / span) if span > 0 else 0.0
    return Raison("distance", poids.distance * share, poids.distance, f"{km:.1f}".replace(".", ",") + "\u202fkm")


def _metier(offre: Offre, profil: Profil, poids: Poids) -> Raison:
    if offre.rome is None:
        return Raison("metier", None, poids.metier, "sans poste publié")
    if not profil.metiers:
        return Raison("metier", None, poids.metier, "métiers exercés inconnus")
    if offre.rome in profil.metiers:
        return Raison("metier", poids.metier, poids.metier, f"métier déjà exercé ({offre.rome})")
    if offre.rome[:FAMILLE] in {each[:FAMILLE] for each in profil.metiers}:
        return Raison("metier", poids.metier / 2, poids.metier, f"métier voisin ({offre.rome})")
    return Raison("metier", 0, poids.metier, f"autre métier ({offre.rome})")


def _droit(offre: Offre, profil: Profil, poids: Poids) -> Raison:
    left = profil.restants
    if left is None:
        return Raison("droit", None, poids.droit, "aucun PASS en cours")
    if offre.type_siae not in _facts()["duree_minimale"]:
        return Raison("droit", poids.droit if left > 0 else 0, poids.droit, f"{left} jours, missions possibles")
    if left >= poids.jours_min:
        return Raison("droit", poids.droit, poids.droit, f"{left} jours, assez pour un CDDI")
    text = f"{left} jours, moins qu’un CDDI ({poids.jours_min})"
    return Raison("droit", poids.droit * max(left, 0) / poids.jours_min, poids.droit, text)


def _progression(offre: Offre, profil: Profil, poids: Poids) -> Raison:
    steps: Sequence[str] = _facts()["etapes"]
    if profil.type_siae not in steps or offre.type_siae not in steps:
        return Raison("progression", None, poids.progression, "étape non comparable")
    here, there = steps.index(profil.type_siae), steps.index(offre.type_siae)
    text = f"{profil.type_siae} → {offre.type_siae}"
    if there > here:
        return Raison("progression", poids.progression, poids.progression, f"{text}, étape suivante")
    if there == here:
        return Raison("progression", poids.progression / 2, poids.progression, f"{text}, même étape")
    return Raison("progression", 0, poids.progression, f"{text}, étape précédente")


def _convention(offre: Offre, poids: Poids) -> Raison:
    if offre.convention:
        return Raison("convention", poids.convention, poids.convention, offre.convention)
    return Raison("convention", 0, poids.convention, "aucune en vigueur")


def _places(offre: Offre, poids: Poids) -> Raison:
    if offre.places is None or offre.recentes is None:
        return Raison("places", None, poids.places, "sans poste publié")
    share = offre.places / (offre.places + offre.recentes) if offre.places else 0.0
    text = f"{offre.recentes} pour {offre.places} place{'s' if offre.places > 1 else ''}"
    return Raison("places", poids.places * share, poids.places, text)


# --- Steps of one person ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sejour:
    """A contract as steps see it: where, which days `[debut, fin)`; no `fin`: it goes on."""

    siae: int
    debut: date
    fin: date | None


@dataclass(frozen=True, slots=True)
class Etape:
    """All the contracts of a person in a SIAE, and the days without a contract before the first of them.

    `ecart` is None for the first step; `enchainee` tells whether it followed within the delay, None when it is first.
    """

    siae: int
    debut: date
    fin: date | None
    ecart: int | None
    enchainee: bool | None


def etapes(contrats: Iterable[Sejour], delai: int) -> list[Etape]:
    """Return the steps of a person in their order; what counts as a move is said in `queries/mouvements.py`."""
    first: dict[int, tuple[date, int | None]] = {}
    last: dict[int, date | None] = {}
    free: date | None = date.min
    for each in _lived(contrats):
        if each.siae not in first:
            gap = None if not first else max(0, (each.debut - free).days) if free else 0
            first[each.siae] = (each.debut, gap)
        ends = (last.get(each.siae, date.min), each.fin)
        last[each.siae] = None if None in ends else max(end for end in ends if end is not None)
        free = None if free is None or each.fin is None else max(free, each.fin)
    return [
        Etape(siae, start, last[siae], gap, None if gap is None else gap <= delai)
        for siae, (start, gap) in first.items()
    ]


def days_without(contrats: Iterable[Sejour]) -> int:
    """Return the days without a contract between the first contract of a person and the last one begun."""
    total, free = 0, None
    for each in _lived(contrats):
        if free is not None:
            total += max(0, (each.debut - free).days)
        if each.fin is None:
            break
        free = each.fin if free is None else max(free, each.fin)
    return total


def tranche(jours: int) -> int:
    """Return the band of a number of days without a contract."""
    return next((rank for rank, (most, _) in enumerate(TRANCHES) if jours <= most), len(TRANCHES))


def _lived(contrats: Iterable[Sejour]) -> list[Sejour]:
    """Return the contracts of a day at least, in their order."""
    lived = (each for each in contrats if each.fin is None or each.fin > each.debut)
    return sorted(lived, key=lambda each: (each.debut, each.siae))
