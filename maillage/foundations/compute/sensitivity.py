"""Does the ranking hold when the parameters move? A base and its variants: scores of the same units, nan if unknown.

Only the units known in the base and in every variant are ranked. Rank 1 is the lowest score; equal scores share the
best rank, as everywhere in the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.stats import kendalltau, rankdata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float64]
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
    ranks = np.full(table.shape, np.nan)
    ranks[:, known] = rankdata(table[:, known], method="min", axis=1)
    lows = ranks <= max(1, int(np.ceil(part * known.sum() - 1e-9)))
    middles = rankdata(table[:, known], method="average", axis=1)
    return Sensitivity(
        ranks[0],
        ranks.min(axis=0),
        ranks.max(axis=0),
        np.asarray(lows.all(axis=0)),
        np.array([kendalltau(middles[0], other).statistic for other in middles[1:]], dtype=np.float64),
        np.array([_correlation(middles[0], other) for other in middles[1:]]),
        (lows[1:] & lows[0]).sum(axis=1) / lows[0].sum(),
    )


def _correlation(first: FloatArray, second: FloatArray) -> float:
    """Return Pearson's correlation; nan when one does not vary. On ranks it is Spearman's ρ."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt(np.square(first).sum() * np.square(second).sum()))
    return float((first * second).sum() / scale) if scale else float("nan")
