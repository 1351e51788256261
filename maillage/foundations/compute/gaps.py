"""How far a territory is from what it should have, and whether the distance means anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.special import pdtr, pdtrik

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float64]


def gap(need: FloatArray, scores: FloatArray, target: float) -> FloatArray:
    """Return G_i = max(0, A* - A_i)·P_i: the capacity (ETP, posts) that i lacks to be served as the target A* says.

    Unknown (nan) where the need or the score is. Raise `ValueError` when the target is unknown or negative.
    """
    if not target >= 0:
        raise ValueError(f"the target must be known and not negative, not {target}")
    return np.asarray(np.maximum(target - scores, 0.0) * need, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Per territory: its `rates`, the `lower` and `upper` rates that chance alone explains around the common `rate`."""

    rate: float
    rates: FloatArray
    lower: FloatArray
    upper: FloatArray


def funnel(counts: FloatArray, exposure: FloatArray, chance: float = 0.05) -> Funnel:
    """Return the limits of a funnel plot (Spiegelhalter 2005, doi 10.1002/sim.1970) for counts of a Poisson law.

    With θ = Σ counts / Σ exposure, a territory of exposure P expects θP; its limits are the smallest counts whose
    distribution function reaches `chance`/2 and 1 - `chance`/2, over P. Counts are of things that come one by one
    (SIAE, contracts), not of ETP. Unknown (nan) where either is, or where exposure is 0.
    """
    if not 0 < chance < 1:
        raise ValueError(f"chance lies between 0 and 1, not {chance}")
    known = np.isfinite(counts) & np.isfinite(exposure) & (exposure > 0)
    if not known.any():
        raise ValueError("no territory has both a count and an exposure")
    rate = float(counts[known].sum() / exposure[known].sum())
    expected, size = rate * exposure[known], len(exposure)
    rates, lower, upper = np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan)
    rates[known] = counts[known] / exposure[known]
    lower[known] = _quantile(chance / 2, expected) / exposure[known]
    upper[known] = _quantile(1 - chance / 2, expected) / exposure[known]
    return Funnel(rate, rates, lower, upper)


def _quantile(level: float, expected: FloatArray) -> FloatArray:
    """Return the smallest count k with P(N ≤ k) ≥ level, N of the Poisson law of mean `expected`."""
    above = np.ceil(pdtrik(level, expected))
    below = np.maximum(above - 1.0, 0.0)  # `pdtrik` is not whole, and may round a whole count up
    return np.asarray(np.where(pdtr(below, expected) >= level, below, above), dtype=np.float64)
