"""How long things last when some still do: Kaplan–Meier's estimate, its 95 % band, and the log-rank comparison.

A duration is observed when what it waits for happened, censored when it is only known to be longer.
Sources: Kaplan and Meier, JASA 53 (1958); Greenwood (1926); Kalbfleisch and Prentice (1980), the band on the scale of
log(−log S), which stays within [0, 1]; Mantel (1966).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Survie:
    """The steps of a curve: at each day of `temps` where something happened, `a_risque` before it, `survie` after it.

    `bas` and `haut` bound the survival at 95 %, nan where it is 0 (Greenwood's variance is not defined there).
    """

    temps: NDArray[np.float64]
    a_risque: NDArray[np.int64]
    evenements: NDArray[np.int64]
    survie: NDArray[np.float64]
    bas: NDArray[np.float64]
    haut: NDArray[np.float64]

    def at(self, day: float) -> tuple[float, float, float]:
        """Return the survival on a day and its bounds: 1 before the first step."""
        place = int(np.searchsorted(self.temps, day, side="right")) - 1
        if place < 0:
            return 1.0, 1.0, 1.0
        return float(self.survie[place]), float(self.bas[place]), float(self.haut[place])

    @property
    def mediane(self) -> float | None:
        """The first day on which no more than half last; None when more than half still do."""
        under = np.flatnonzero(self.survie <= 0.5)
        return float(self.temps[under[0]]) if under.size else None


def kaplan_meier(durees: NDArray[np.float64], observees: NDArray[np.bool_]) -> Survie:
    """Return the curve of durations; who is censored on a day is still at risk that day.

    Raise `ValueError` without any duration, for a negative one, or when the arrays differ in shape.
    """
    if durees.shape != observees.shape or durees.ndim != 1 or not durees.size or durees.min() < 0:
        raise ValueError("durations are one line of positive numbers, each observed or not")
    order = np.sort(durees)
    temps, counts = np.unique(durees[observees], return_counts=True)
    evenements = counts.astype(np.int64)
    a_risque = (durees.size - np.searchsorted(order, temps, side="left")).astype(np.int64)
    survie: NDArray[np.float64] = np.cumprod(1 - evenements / a_risque, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(evenements / (a_risque * (a_risque - evenements)))
        spread = Z_95 * np.sqrt(greenwood) / np.log(survie)
        bas, haut = survie ** np.exp(-spread), survie ** np.exp(spread)
    none = survie <= 0
    bas, haut = np.where(none, np.nan, bas), np.where(none, np.nan, haut)
    return Survie(temps.astype(np.float64), a_risque, evenements, survie, bas, haut)


def logrank(
    durees: NDArray[np.float64], observees: NDArray[np.bool_], premier: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return the log-rank statistic of two groups (`premier` says who is of the first) and its p-value, one degree.

    Raise `ValueError` when a group is empty or nothing can be compared.
    """
    if not premier.any() or premier.all():
        raise ValueError("two groups are compared")
    temps = np.unique(durees[observees])
    order, first = np.sort(durees), np.sort(durees[premier])
    n = durees.size - np.searchsorted(order, temps, side="left")
    n1 = first.size - np.searchsorted(first, temps, side="left")
    d = np.searchsorted(np.sort(durees[observees]), temps, side="right") - np.searchsorted(
        np.sort(durees[observees]), temps, side="left"
    )
    mine = np.sort(durees[observees & premier])
    d1 = np.searchsorted(mine, temps, side="right") - np.searchsorted(mine, temps, side="left")
    expected = d * n1 / n
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(n > 1, d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1), 0.0)
    total = float(variance.sum())
    if total <= 0:
        raise ValueError("nothing happened that would tell the groups apart")
    statistic = float((d1 - expected).sum()) ** 2 / total
    return statistic, erfc(sqrt(statistic / 2))
