"""Make drawn numbers add up to published totals. Pure functions on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]
    Integers: TypeAlias = NDArray[np.int64]

ROUNDS = 20_000
TOLERANCE = 1e-10


def apportion(total: int, weights: Numbers) -> Integers:
    """Share an integer in proportion to the weights, by the largest remainder: the parts add up to it exactly."""
    if total < 0 or not weights.size or weights.sum() <= 0:
        raise ValueError("an apportionment needs a total and weights that are positive")
    quotas = weights / weights.sum() * total
    parts: Integers = np.floor(quotas).astype(np.int64)
    largest = np.argsort(parts - quotas, kind="stable")[: total - int(parts.sum())]
    parts[largest] += 1
    return parts


def apportion_by(totals: Sequence[int], groups: Integers, weights: Numbers) -> Integers:
    """Share `totals[g]` between the positions of group g, in proportion to their weights."""
    parts = np.zeros(len(weights), dtype=np.int64)
    for group, total in enumerate(totals):
        here = groups == group
        parts[here] = apportion(total, weights[here])
    return parts


def balance(seed: Numbers, rows: Numbers, columns: Numbers) -> Numbers:
    """Return the table nearest to `seed` whose rows and columns have these sums (iterative proportional fitting).

    Zeros stay zeros. Raise `ValueError` when the sums contradict each other or the zeros make them out of reach.
    """
    if not np.isclose(rows.sum(), columns.sum()):
        raise ValueError("the rows and the columns have different totals")
    table = seed.astype(np.float64).copy()
    for _ in range(ROUNDS):
        table *= _ratio(rows, table.sum(axis=1))[:, None]
        table *= _ratio(columns, table.sum(axis=0))
        if np.allclose(table.sum(axis=1), rows, rtol=TOLERANCE):
            return table
    raise ValueError("the zeros of the table keep its sums out of reach")


def _ratio(wanted: Numbers, found: Numbers) -> Numbers:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


def interleave(counts: Sequence[int]) -> Integers:
    """Return `counts[k]` times each k, spread evenly: any stretch of the result holds about the same mix."""
    places = np.concatenate([(np.arange(count) + 0.5) / count for count in counts if count])
    kinds = np.repeat(np.arange(len(counts)), counts)
    return kinds[np.argsort(places, kind="stable")]
