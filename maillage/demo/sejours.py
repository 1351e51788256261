"""When the fictional employees come and go: pure draws on arrays, one position per stay of a person in a SIAE.

Each SIAE and département employs, in each year, the number of persons that its figures say: those who were there on
the first day, and those who come during the year. Days are numbers of days since 1970, periods half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from maillage.demo.calibration import Integers, Numbers

TITRE_JOURS = 730
PROLONGATION_JOURS = 365


@dataclass(frozen=True, slots=True)
class Cellules:
    """Where the employees work, one position per SIAE and département: its kind, its first year, persons by year.

    `effectifs[year]` counts the persons employed during a year; `renforts` those wanted on the day of the
    demonstration, 0 where any number will do.
    """

    siae: Integers
    kind: NDArray[np.str_]
    departement: NDArray[np.str_]
    premiere: Integers
    effectifs: Mapping[int, Integers]
    renforts: Integers


@dataclass(slots=True)
class Sejours:
    """Stays: the cell, the first day and the day after the last, to come for those who are still there.

    `personne` numbers the persons: one of several stays moves from a SIAE to another under one title. `debut_titre`
    is the first day of the first stay; `suivi` says that another stay follows.
    """

    cellule: Integers
    debut: Integers
    fin: Integers
    prolonge: NDArray[np.bool_]
    personne: Integers
    debut_titre: Integers
    suivi: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.cellule)

    def kept(self, mask: NDArray[Any]) -> Sejours:
        """Return the stays of a mask, or of positions."""
        return Sejours(*(getattr(self, name)[mask] for name in Sejours.__slots__))


def day(annee: Integers | int, number: Integers | int = 0) -> Any:
    """Return the first of January of years as days since 1970, plus a number of days."""
    years = np.asarray(annee, dtype=np.int64) - 1970
    return years.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + number


def draw_sejours(
    cellules: Cellules, facts: Mapping[str, Any], last: int, on: int, draw: np.random.Generator
) -> Sejours:
    """Return the stays of the years up to `last`, without those that would begin after the day `on`."""
    cell, first, end, prolonge = _draw_years(cellules, facts, last, draw)
    debut, fin = _draw_days(first, end, draw)
    renfort = (cellules.renforts[cell] > 0) & (first == last)
    start = day(last, 4)
    debut[renfort] = start + (debut[renfort] - start) * max(on - start, 1) // 365
    prolonge &= fin > debut + TITRE_JOURS
    sejours = Sejours(cell, debut, fin, prolonge, np.arange(len(cell)), debut.copy(), np.zeros(len(cell), np.bool_))
    sejours = sejours.kept(debut <= on)
    sejours = sejours.kept(np.lexsort((sejours.cellule, sejours.debut)))
    sejours.personne = np.arange(len(sejours))
    return sejours


def _draw_years(
    cellules: Cellules, facts: Mapping[str, Any], last: int, draw: np.random.Generator
) -> tuple[Integers, Integers, Integers, NDArray[np.bool_]]:
    """Return, for each stay, its cell, the year when it begins, the year when it ends, whether it may be prolonged."""
    stay = facts["sejour"]
    rest = np.array([facts["type"][kind]["reste"] for kind in cellules.kind.tolist()])
    cells: list[Integers] = []
    firsts: list[Integers] = []
    ends: list[Integers] = []
    may: list[NDArray[np.bool_]] = []
    here = np.zeros(0, np.int64)  # cells of those who were there on the first day of the year
    since = np.zeros(0, np.int64)
    can = np.zeros(0, np.bool_)
    for year in range(int(cellules.premiere.min()), last + 1):
        wanted = cellules.effectifs[year]
        opening = cellules.premiere == year
        stock = np.where(opening, np.rint(rest * wanted).astype(np.int64), 0)
        drawn = np.repeat(np.arange(len(stock)), stock)
        here = np.concatenate([here, drawn])
        since = np.concatenate([since, year - 1 - (draw.random(len(drawn)) < stay["part_seconde_annee"] / 2)])
        can = np.concatenate([can, draw.random(len(drawn)) < stay["prolongeables"]])
        count = np.bincount(here, minlength=len(wanted))
        if year == last:
            wanted = np.where(cellules.renforts > 0, cellules.renforts + count // 2, wanted)
        come = np.where(cellules.premiere <= year, np.maximum(wanted - count, 0), 0)
        drawn = np.repeat(np.arange(len(come)), come)
        here = np.concatenate([here, drawn])
        since = np.concatenate([since, np.full(len(drawn), year)])
        can = np.concatenate([can, draw.random(len(drawn)) < stay["prolongeables"]])
        after = cellules.effectifs.get(year + 1, wanted)
        share = np.where(cellules.renforts > 0, 1.0, rest) if year == last else rest
        stays = _choose(here, since, can, np.rint(share * np.minimum(wanted, after)), year, stay, draw)
        cells.append(here[~stays])
        firsts.append(since[~stays])
        ends.append(np.full(int((~stays).sum()), year))
        may.append(can[~stays])
        here, since, can = here[stays], since[stays], can[stays]
    cells.append(here)
    firsts.append(since)
    ends.append(np.full(len(here), last + 1))
    may.append(can)
    return np.concatenate(cells), np.concatenate(firsts), np.concatenate(ends), np.concatenate(may)


def _choose(
    here: Integers,
    since: Integers,
    can: NDArray[np.bool_],
    quotas: Numbers,
    year: int,
    stay: Mapping[str, Any],
    draw: np.random.Generator,
) -> NDArray[np.bool_]:
    """Return who stays one more year: as many as the quota of each cell, if its people may."""
    years = year - since
    weights = np.where(years == 0, 1.0, np.where(years == 1, stay["part_seconde_annee"], 0.0))
    weights = np.where(can & (years >= 1) & (years <= 2), 1.5, weights)
    weights[years > 2] = 0.0
    scores = np.where(weights > 0, draw.exponential(size=len(here)) / np.where(weights > 0, weights, 1.0), np.inf)
    return take(here, quotas.astype(np.int64), scores) & np.isfinite(scores)


def take(groups: Integers, quotas: Integers, scores: Numbers) -> NDArray[np.bool_]:
    """Return who is among the `quotas[g]` lowest scores of their group g."""
    order = np.lexsort((scores, groups))
    sorted_groups = groups[order]
    starts = np.searchsorted(sorted_groups, sorted_groups)
    chosen = np.zeros(len(groups), np.bool_)
    chosen[order] = np.arange(len(groups)) - starts < quotas[sorted_groups]
    return chosen


def _draw_days(first: Integers, end: Integers, draw: np.random.Generator) -> tuple[Integers, Integers]:
    """Return the first day, a weekday of the year `first`, and the day after the last, in the year `end`."""
    years = end - first
    # Who leaves within the year came rather early in it.
    low, high = day(first, 4), day(first + 1, np.where(years == 0, -12, -3))
    place = draw.random(len(first)) ** np.where(years == 0, 1.6, 0.9)
    debut = low + np.floor(place * (high - low)).astype(np.int64)
    weekday = (debut + 3) % 7  # 0 on a Monday
    debut += np.where(weekday == 5, -1, np.where(weekday == 6, -2, 0))
    longest = TITRE_JOURS + np.where(years > 2, PROLONGATION_JOURS, 0)
    soonest = np.maximum(debut + 8, day(end, 1))
    latest = np.maximum(np.minimum(day(end + 1), debut + longest), soonest)
    fin = soonest + np.floor(draw.random(len(first)) * (latest - soonest + 1)).astype(np.int64)
    return debut, fin


def link_suites(
    sejours: Sejours, cellules: Cellules, facts: Mapping[str, Any], on: int, draw: np.random.Generator
) -> None:
    """Make one person of two stays that follow each other, in SIAE of one département, within the days of one title.

    Chains form by themselves: the last stay of a person may lead to another.
    """
    suites = facts["suites"]
    wanted = round(suites["part"] * int((sejours.fin <= on).sum()))
    kinds = cellules.kind[sejours.cellule]
    land = cellules.departement[sejours.cellule]
    starts = {code: np.flatnonzero((land == code) & ~sejours.prolonge) for code in np.unique(land).tolist()}
    begun = {code: sejours.debut[positions] for code, positions in starts.items()}
    taken = np.zeros(len(sejours), np.bool_)
    siae = cellules.siae[sejours.cellule]
    known: dict[int, list[int]] = {}  # the SIAE of those who moved
    leaving = np.flatnonzero((sejours.fin <= on) & (sejours.fin - sejours.debut > 100) & ~sejours.prolonge)
    # By the day of the end: what precedes a stay is known before what follows it is looked for.
    chosen = draw.permutation(leaving)[: 2 * wanted]
    for place in chosen[np.argsort(sejours.fin[chosen], kind="stable")].tolist():
        if wanted <= 0:
            return
        code, fin = str(land[place]), sejours.fin[place]
        low = np.searchsorted(begun[code], fin)
        high = np.searchsorted(begun[code], fin + suites["ecart_jours"])
        near = starts[code][low:high]
        ends = sejours.debut_titre[place] + TITRE_JOURS
        fits = (
            ~taken[near]
            & (sejours.personne[near] == near)
            & ~sejours.suivi[near]
            & (sejours.fin[near] <= ends)
            & ~np.isin(siae[near], known.get(int(sejours.personne[place]), [siae[place]]))
            & np.isin(kinds[near], suites["vers"][str(kinds[place])])
        )
        if not fits.any():
            continue
        found = int(near[fits][int(draw.integers(int(fits.sum())))])
        known.setdefault(int(sejours.personne[place]), [siae[place]]).append(siae[found])
        taken[found] = True
        sejours.suivi[place] = True
        sejours.personne[found] = sejours.personne[place]
        sejours.debut_titre[found] = sejours.debut_titre[place]
        wanted -= 1
