"""Does the ranking hold when the parameters move? A base and its variants: scores of the same units, nan if unknown.

Only the units known in the base and in every variant are ranked. Rank 1 is the lowest score; equal scores share the
best rank, as everywhere in the house. `scipy.stats` has these coefficients too, but weighs 0.7 s and 34 MB at the start
of every process: the tests compare with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float64]
    IntArray: TypeAlias = NDArray[np.intp]
    BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """By unit: its `ranks` in the base, its `lowest` and `highest` ranks over base and variants (nan: unknown), and
    `always`, whether it is of the bottom set everywhere. By variant: Kendall's τ_b and Spearman's ρ with the base, and
    `kept`, the share of the base's bottom set that is still in the variant's."""

    ranks: FloatArray
    lowest: FloatArray
    highest: FloatArray
    always: BoolArray
    kendall: FloatArray
    spearman: FloatArray
    kept: FloatArray


def sensitivity(base: FloatArray, variants: Sequence[FloatArray], part: float = 0.1) -> Sensitivity:
    """Compare the ranks of the variants with those of the base.

    The bottom set is the `part` of the units that rank lowest, at least one, with those that tie with the last of them.
    τ_b and ρ are nan when all scores are equal. Raise `ValueError` when lengths differ or no unit is known everywhere.
    """
    if not variants or any(variant.shape != base.shape for variant in variants):
        raise ValueError("variants are expected, each with a score for every unit of the base")
    table = np.vstack([base, *variants])
    known = np.isfinite(table).all(axis=0)
    if not known.any():
        raise ValueError("no unit is known in the base and in every variant")
    base, *variants = table[:, known]
    ranks = np.full(table.shape, np.nan)
    ranks[:, known] = [_places(row)[0] + 1 for row in (base, *variants)]
    lows = ranks <= max(1, int(np.ceil(part * known.sum() - 1e-9)))
    return Sensitivity(
        ranks[0],
        ranks.min(axis=0),
        ranks.max(axis=0),
        np.asarray(lows.all(axis=0)),
        np.array([_kendall(base, variant) for variant in variants]),
        np.array([_spearman(base, variant) for variant in variants]),
        (lows[1:] & lows[0]).sum(axis=1) / lows[0].sum(),
    )


def _places(values: FloatArray) -> tuple[IntArray, IntArray]:
    """Return for each value how many are lower, and how many are not higher."""
    ordered = np.sort(values)
    return np.searchsorted(ordered, values, side="left"), np.searchsorted(ordered, values, side="right")


def _spearman(first: FloatArray, second: FloatArray) -> float:
    """Return ρ, Pearson's correlation of the ranks, equal values sharing the middle one; nan when one does not vary."""
    (low_x, high_x), (low_y, high_y) = _places(first), _places(second)
    x, y = low_x + high_x - len(first), low_y + high_y - len(second)  # twice the ranks, less their mean
    scale = sqrt(float(np.square(x).sum()) * float(np.square(y).sum()))
    return float((x * y).sum()) / scale if scale else nan


def _kendall(first: FloatArray, second: FloatArray) -> float:
    """Return τ_b = (C - D) / √((n₀ - t_x)(n₀ - t_y)) (Kendall 1945, doi 10.1093/biomet/33.3.239); nan when one does not
    vary. Of the n₀ pairs, C go the same way in both, D go opposite ways, t_x and t_y are ties."""
    x, y = _places(first)[0], _places(second)[0]
    pairs, opposite = len(x) * (len(x) - 1) // 2, _inversions(y[np.lexsort((y, x))])
    ties_x, ties_y, ties_both = _ties(x), _ties(y), _ties(x * len(x) + y)
    scale = sqrt(float(pairs - ties_x) * float(pairs - ties_y))
    return (pairs - ties_x - ties_y + ties_both - 2 * opposite) / scale if scale else nan


def _ties(values: IntArray) -> int:
    """Return the number of pairs of equal values."""
    sizes = np.unique(values, return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())


def _inversions(values: IntArray) -> int:
    """Return the number of pairs i < j with v_i > v_j: at some bit they part, 1 then 0, being equal above it."""
    count = 0
    for bit in range(int(values.max()).bit_length()):
        above = values >> (bit + 1)
        order = np.argsort(above, kind="stable")
        above, ones = above[order], (values[order] >> bit) & 1
        seen = np.concatenate(([0], np.cumsum(ones)))
        before = seen[:-1] - seen[np.searchsorted(above, above)]
        count += int(before[ones == 0].sum())
    return count
