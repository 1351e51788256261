"""How unequally a supply is reached by a public: each value v_i counts for the w_i people it describes.

Units whose value or weight is unknown (nan), or whose weight is 0, are left out. Every measure is unchanged when a unit
is split in two of the same value, when all weights are multiplied, and, quantiles apart, when all values are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float64]

_ROUNDING = 1e-12


def lorenz(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the Lorenz curve, from (0, 0) to (1, 1): shares of the public, worst served first, and of what it reaches.

    Raise `ValueError` when nothing is reached at all: shares of nothing have no meaning.
    """
    values, weights = _sorted(values, weights)
    reached = values * weights
    if not reached.sum() > 0:
        raise ValueError("nothing is reached: there is nothing to share")
    return _shares(weights), _shares(reached)


def gini(values: FloatArray, weights: FloatArray) -> float:
    """Return G = 1 - Σ_k (x_k - x_{k-1})(y_k + y_{k-1}) over the Lorenz curve: 0 when all reach alike, 1 at most.

    It equals Σ_i Σ_j w_i w_j |v_i - v_j| / (2 W² μ), the half of the mean difference between two people over the mean.
    """
    people, reached = lorenz(values, weights)
    return float(1.0 - (np.diff(people) * (reached[1:] + reached[:-1])).sum())


def quantiles(values: FloatArray, weights: FloatArray, levels: Sequence[float] = (0.1, 0.5, 0.9)) -> FloatArray:
    """Return for each level p the smallest value that at least the share p of the public does not exceed."""
    values, weights = _sorted(values, weights)
    below = _shares(weights)[1:]
    places = np.searchsorted(below, np.asarray(levels) - _ROUNDING, side="left")
    return np.asarray(values[places.clip(max=len(values) - 1)], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Bottom:
    """The worst served units: up to which value, which positions, and their share of the public and of the supply."""

    threshold: float
    units: NDArray[np.intp]
    public: float
    supply: float


def bottom(values: FloatArray, weights: FloatArray, part: float = 0.1) -> Bottom:
    """Return the worst decile of the units (or another part), each unit counting for one whatever its size.

    The threshold is the smallest value that at least this part of the units does not exceed; units that share it are
    all in. `supply` is the share of what the whole public reaches that they reach: under `public`, they are short.
    """
    known = _known(values, weights)
    threshold = float(quantiles(values[known], np.ones(known.sum()), (part,))[0])
    units = np.flatnonzero(known & (values <= threshold))
    reached, people = values[known] * weights[known], weights[known].sum()
    if not reached.sum() > 0:
        raise ValueError("nothing is reached: there is nothing to share")
    held = (values[units] * weights[units]).sum() / reached.sum()
    return Bottom(threshold, units, float(weights[units].sum() / people), float(held))


def _known(values: FloatArray, weights: FloatArray) -> NDArray[np.bool_]:
    """Return which units count."""
    if values.shape != weights.shape or values.ndim != 1:
        raise ValueError(f"one weight per value is expected, not {weights.shape} for {values.shape}")
    known: NDArray[np.bool_] = np.isfinite(values) & np.isfinite(weights) & (weights != 0)
    if not known.any():
        raise ValueError("no value is known")
    if (values[known] < 0).any() or (weights[known] < 0).any():
        raise ValueError("values and weights may not be negative")
    return known


def _sorted(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the values that count in increasing order, and their weights."""
    known = _known(values, weights)
    values, weights = values[known], weights[known]
    order = np.argsort(values, kind="stable")
    return values[order], weights[order]


def _shares(amounts: FloatArray) -> FloatArray:
    """Return 0, then the cumulated share of each amount."""
    sums = np.concatenate(([0.0], np.cumsum(amounts)))
    return np.asarray(sums / sums[-1], dtype=np.float64)
