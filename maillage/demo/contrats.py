"""The contracts of the fictional stays, the rights that cover them, the hours worked: pure draws on arrays.

Days are numbers of days since 1970, periods half-open; `JAMAIS` stands for a day that is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maillage.demo.sejours import TITRE_JOURS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from maillage.demo.calibration import Integers, Numbers
    from maillage.demo.sejours import Sejours

JAMAIS = np.iinfo(np.int64).min
TROP_COURT = 30  # days: what remains of a stay lengthens its last contract rather than making another
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Lignes:
    """Suspensions or prolongations: the person, the stay that they come from, the motive, and two days or a number."""

    personne: Integers
    sejour: Integers
    motif: NDArray[np.str_]
    debut: Integers
    fin: Integers


@dataclass(frozen=True, slots=True)
class Contrats:
    """One position per contract: its stay, its rank in it, its days; `fin_prevue` is `JAMAIS` for a CDI."""

    sejour: Integers
    rang: Integers
    debut: Integers
    fin_prevue: Integers
    fin: Integers


@dataclass(frozen=True, slots=True)
class Mois:
    """One position per contract and month: first day of the month, days of contract in it, hours."""

    contrat: Integers
    mois: Integers
    jours: Integers
    heures: Numbers


def month(days: Integers | int) -> Any:
    """Return months as numbers since 1970."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_day(months: Integers | int) -> Any:
    """Return the first day of months."""
    return np.asarray(months).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def draw_prolongations(
    sejours: Sejours,
    kinds: NDArray[np.str_],
    ages: Numbers,
    rqth: NDArray[np.bool_],
    facts: Mapping[str, Any],
    on: int,
    draw: np.random.Generator,
) -> Lignes:
    """Return who had their right prolonged, a little before its end; `debut` is the day, `fin` the number of days."""
    end = sejours.debut + TITRE_JOURS
    day_of = end - draw.integers(20, 120, len(sejours))
    chosen = np.flatnonzero(sejours.prolonge & (day_of <= on))
    age = ages[chosen]
    cdi = (age >= 57) & (draw.random(len(chosen)) < facts["sejour"]["cdi_inclusion"])
    motifs = np.select(
        [cdi, rqth[chosen], age >= 50, np.isin(kinds[chosen], ["AI", "ACI"])],
        ["senior_cdi", "rqth", "senior", "difficultes"],
        "fin_formation",
    )
    jours = np.array([facts["prolongation"][motif]["jours"] for motif in motifs.tolist()], np.int64)
    return Lignes(sejours.personne[chosen], chosen, motifs, day_of[chosen], jours)


def draw_suspensions(sejours: Sejours, facts: Mapping[str, Any], on: int, draw: np.random.Generator) -> Lignes:
    """Return the suspensions: of whole months during a contract, after the last one, between two SIAE."""
    stay = facts["sejour"]
    alone = np.bincount(sejours.personne, minlength=len(sejours))[sejours.personne] == 1
    low, high = month(sejours.debut + 60), month(np.minimum(sejours.fin, on + 60) - 45)
    able = alone & ~sejours.prolonge & (high > low + 1)
    inside = np.flatnonzero(able & (draw.random(len(sejours)) < stay["suspendus"]))
    begins = low[inside] + np.floor(draw.random(len(inside)) * (high - low)[inside]).astype(np.int64)
    begins = np.minimum(begins, month(on))
    ends = np.minimum(begins + draw.integers(1, 5, len(inside)), np.maximum(high[inside], begins + 1))
    gone = (sejours.fin <= on) & (sejours.fin > on - 330) & (sejours.fin < sejours.debut + TITRE_JOURS - 90)
    gone &= alone & ~np.isin(np.arange(len(sejours)), inside)
    after = np.flatnonzero(gone & (draw.random(len(sejours)) < stay["suspendus_apres"]))
    nexts = np.full(len(sejours), JAMAIS)
    order = np.lexsort((sejours.debut, sejours.personne))
    same = sejours.personne[order][1:] == sejours.personne[order][:-1]
    nexts[order[:-1][same]] = sejours.debut[order[1:][same]]
    between = np.flatnonzero((nexts > sejours.fin + 15) & (draw.random(len(sejours)) < 0.5))
    parts = (
        (inside, "contrat_suspendu", first_day(begins), first_day(ends)),
        (after, "contrat_fini", sejours.fin[after], sejours.fin[after] + draw.integers(90, 365, len(after))),
        (between, "entre_siae", sejours.fin[between], nexts[between]),
    )
    return Lignes(
        np.concatenate([sejours.personne[who] for who, *_ in parts]),
        np.concatenate([who for who, *_ in parts]),
        np.concatenate([np.full(len(who), motif, dtype="<U20") for who, motif, *_ in parts]),
        np.concatenate([debut for *_, debut, _ in parts]),
        np.concatenate([fin for *_, fin in parts]),
    )


def cut(
    sejours: Sejours,
    kinds: NDArray[np.str_],
    cdi: NDArray[np.bool_],
    limite: Integers,
    facts: Mapping[str, Any],
    on: int,
    draw: np.random.Generator,
) -> Contrats:
    """Cut each stay into a contract and its renewals; none is planned beyond the end of the right (`limite`)."""
    lengths = {kind: np.array(row["duree"], np.int64) for kind, row in facts["type"].items()}
    length = np.empty(len(sejours), np.int64)
    for kind, choices in lengths.items():
        here = kinds == kind
        length[here] = draw.choice(choices, int(here.sum()))
    over = sejours.fin <= on
    known = np.where(over, sejours.fin - TROP_COURT, on + 1)
    numbers = np.where(cdi, 1, np.maximum(1, -(-(known - sejours.debut) // length)))
    stay = np.repeat(np.arange(len(sejours)), numbers)
    rang = np.arange(len(stay)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    last = rang == numbers[stay] - 1
    debut = sejours.debut[stay] + rang * length[stay]
    planned = debut + length[stay]
    ended = last & over[stay]
    whole = (rang > 0) | (sejours.fin - sejours.debut >= 122)[stay]
    to_term = ended & whole & (draw.random(len(stay)) < facts["sejour"]["fin_a_terme"])
    planned = np.where(last, np.minimum(planned, limite[stay]), planned)
    planned = np.where(ended, np.maximum(planned, sejours.fin[stay]), planned)
    fin = np.where(last, np.where(ended, sejours.fin[stay], JAMAIS), planned)
    planned = np.where(to_term, fin, planned)
    return Contrats(stay, rang, debut, np.where(cdi[stay], JAMAIS, planned), fin)


def spread_months(
    contrats: Contrats,
    kinds: NDArray[np.str_],
    suspendu: tuple[Integers, Integers],
    facts: Mapping[str, Any],
    on: int,
    draw: np.random.Generator,
) -> Mois:
    """Return the months of each contract that are over on the day, without hours yet and without those suspended.

    `kinds` and `suspendu` (first day, day after the last) are those of the stays.
    """
    stop = first_day(month(on))
    end = np.minimum(np.where(contrats.fin == JAMAIS, stop, contrats.fin), stop)
    low = month(contrats.debut)
    numbers = np.where(end > contrats.debut, month(end - 1) - low + 1, 0)
    contrat = np.repeat(np.arange(len(numbers)), numbers)
    rank = np.arange(len(contrat)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    months = low[contrat] + rank
    begins, ends = first_day(months), first_day(months + 1)
    stay = contrats.sejour[contrat]
    worked = np.array([facts["type"][kind]["mois"] for kind in kinds.tolist()])[stay]
    kept = (draw.random(len(contrat)) < worked) & ~((begins >= suspendu[0][stay]) & (begins < suspendu[1][stay]))
    jours = np.minimum(ends, end[contrat]) - np.maximum(begins, contrats.debut[contrat])
    return Mois(contrat[kept], begins[kept], jours[kept], np.zeros(int(kept.sum())))


def work(mois: Mois, hebdo: Numbers, groups: Integers, totals: Numbers, hours_max: float) -> Numbers:
    """Return the hours of each month: weekly hours of the person, scaled so that each group has its total.

    Nobody works more than `hours_max` a week: what is over goes to the others of the group while they can.
    """
    ceiling = hours_max * mois.jours / 7
    hours = hebdo * mois.jours / 7
    free = np.ones(len(hours), np.bool_)
    for _ in range(ROUNDS):
        size = len(totals)
        missing = totals - np.bincount(groups[~free], hours[~free], size)
        able = np.bincount(groups[free], hours[free], size)
        factor = np.divide(missing, able, out=np.ones(size), where=able > 0)
        hours = np.where(free, np.minimum(hours * factor[groups], ceiling), hours)
        free = hours < ceiling
    return np.round(np.minimum(hours, ceiling), 2).astype(np.float64)


def year(days: Integers) -> Integers:
    """Return the calendar year of days."""
    years: Integers = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years
