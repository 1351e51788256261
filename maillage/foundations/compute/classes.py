"""Classes of a choropleth: few, readable, and honest about ties and unknowns.

A class is half-open: value v is of class k when exactly k bounds are ≤ v. Unknown values (nan) have no class.
"""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from maillage.foundations.compute.accessibility import FloatArray, IntArray

MAX_CLASSES = 7


def quantile_bounds(values: FloatArray, classes: int = 5) -> tuple[float, ...]:
    """Return at most `classes - 1` increasing bounds that share the known values into classes of about equal size.

    Each bound is the roundest number within a quarter of a class around its quantile. Equal values stay together: a
    value held by many units (zero, most often) makes a class of its own and the rest is shared out again.
    No class is empty. Fewer bounds come back when there are fewer distinct values than classes.
    """
    if not 1 <= classes <= MAX_CLASSES:
        raise ValueError(f"between 1 and {MAX_CLASSES} classes, not {classes}")
    rest = np.sort(values[np.isfinite(values)])
    bounds: list[float] = []
    for left in range(classes, 1, -1):
        if not len(rest) or rest[0] == rest[-1]:
            break
        size = len(rest) / left
        low, middle, high = (rest[min(int(size * part), len(rest) - 1)] for part in (0.75, 1.0, 1.25))
        distinct_above = rest[np.searchsorted(rest, low, side="right") :]
        if len(distinct_above):
            high = max(high, distinct_above[0])
        else:  # the largest value fills the window: it makes the last class
            low, high = rest[np.searchsorted(rest, low, side="left") - 1], low
        bound = roundest(float(low), float(high), near=float(middle))
        bounds.append(bound)
        rest = rest[np.searchsorted(rest, bound, side="left") :]
    return tuple(bounds)


def roundest(low: float, high: float, *, near: float) -> float:
    """Return the number of ]low, high] written with the fewest digits, the closest to `near` among equals."""
    if not low < high:
        raise ValueError(f"empty interval: ]{low}, {high}]")
    exponent = floor(log10(max(abs(low), abs(high))))
    for power in range(exponent, exponent - 17, -1):
        for unit in (10.0, 5.0, 2.0):
            width = unit * 10.0 ** (power - 1)
            candidates = {
                round(floor(edge / width + shift) * width, 1 - power) for edge in (near, high) for shift in (0, 1)
            }
            inside = [candidate for candidate in candidates if low < candidate <= high]
            if inside:
                return min(inside, key=lambda candidate: (abs(candidate - near), candidate))
    return high


def classify(values: FloatArray, bounds: tuple[float, ...]) -> IntArray:
    """Return the class of each value, from 0 to `len(bounds)`; -1 when the value is unknown."""
    classes = np.searchsorted(np.asarray(bounds, dtype=np.float64), values, side="right")
    return np.where(np.isfinite(values), classes, -1)
