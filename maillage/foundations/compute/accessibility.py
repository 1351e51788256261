"""Potential accessibility of a supply to those who need it: the floating catchment family.

Notation: demand point i with need P_i, site j with capacity S_j, distance d_ij in metres, decay f, catchment d0.
The enhanced two-step floating catchment area (E2SFCA; Luo & Qi 2009, doi 10.1016/j.healthplace.2009.06.002) is

    R_j = S_j / Σ_{i: d_ij ≤ d0} P_i f(d_ij)        what each site offers per person who could come to it
    A_i = Σ_{j: d_ij ≤ d0} R_j f(d_ij)              what each person can reach

so that Σ_i P_i A_i = Σ_j S_j over the sites that have demand in reach: the supply is shared out, never created.
With f = 1 it is the two-step method of Luo & Wang 2003 (doi 10.1068/b29120).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Mapping

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.intp]
Decay: TypeAlias = Callable[[FloatArray], FloatArray]


def gaussian(sigma: float) -> Decay:
    """Return f(d) = exp(-d² / 2σ²), d and σ in metres; f(0) = 1, without the factor of the normal law."""
    if not sigma > 0:
        raise ValueError(f"sigma must be positive, not {sigma}")
    return lambda distance: np.exp(-0.5 * np.square(distance / sigma))


def step(weights: Mapping[float, float]) -> Decay:
    """Return the weight of the first bound (metres, included) that holds the distance, 0 beyond the last one."""
    bounds = np.array(sorted(weights), dtype=np.float64)
    values = np.array([weights[bound] for bound in sorted(weights)] + [0.0], dtype=np.float64)
    if not len(bounds) or (values < 0).any():
        raise ValueError("a step decay needs at least one bound, and no negative weight")
    return lambda distance: values[np.searchsorted(bounds, distance, side="left")]


@dataclass(frozen=True, slots=True)
class Catchment:
    """The pairs (demand point, site) no farther apart than the radius: parallel arrays, distances in metres.

    A site that stands exactly on a demand point is a pair like another: distances are kept aside, because a sparse
    matrix of distances would take the zero for an absence.
    """

    shape: tuple[int, int]
    points: IntArray
    sites: IntArray
    distances: FloatArray

    def weights(self, decay: Decay) -> csr_array:
        """Return the matrix f(d_ij), demand points × sites."""
        return csr_array((decay(self.distances), (self.points, self.sites)), shape=self.shape)


def catchment(demand: FloatArray, supply: FloatArray, radius: float) -> Catchment:
    """Pair demand points and sites at most `radius` metres apart.

    `demand` (n × 2) and `supply` (m × 2) are Lambert-93 coordinates. Raise `ValueError` when one is unknown (nan) or
    when they look like degrees: distances would be meaningless.
    """
    for name, points in (("demand", demand), ("supply", supply)):
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"{name}: coordinates are an array of shape (n, 2), not {points.shape}")
        if not np.isfinite(points).all():
            raise ValueError(f"{name}: every coordinate must be known")
        if len(points) and np.abs(points).max() <= 180:
            raise ValueError(f"{name}: these coordinates look like degrees, metres are expected")
    if not len(demand) or not len(supply):
        empty = np.empty(0, dtype=np.intp)
        return Catchment((len(demand), len(supply)), empty, empty, np.empty(0))
    pairs = cKDTree(demand).sparse_distance_matrix(cKDTree(supply), radius, output_type="ndarray")
    return Catchment((len(demand), len(supply)), pairs["i"], pairs["j"], pairs["v"])


@dataclass(frozen=True, slots=True)
class Accessibility:
    """`scores` A_i (capacity per unit of need), `ratios` R_j (nan for a site nobody can reach), and `lost`, the
    positions of the sites that offer something but have no need in reach: their capacity is in no score."""

    scores: FloatArray
    ratios: FloatArray
    lost: IntArray


def e2sfca(need: FloatArray, capacity: FloatArray, weights: csr_array) -> Accessibility:
    """Compute R_j and A_i (see the module) from the weights f(d_ij).

    Raise `ValueError` for an unknown (nan) or negative need or capacity: the caller says what an unknown stands for.
    """
    for name, values, size in (("need", need, weights.shape[0]), ("capacity", capacity, weights.shape[1])):
        if values.shape != (size,):
            raise ValueError(f"{name}: {size} values are expected, not {values.shape}")
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"{name}: every value must be known and not negative")
    potential = weights.T @ need
    reached = potential > 0
    ratios = np.full(len(capacity), np.nan)
    ratios[reached] = capacity[reached] / potential[reached]
    scores = np.asarray(weights @ np.where(reached, ratios, 0.0), dtype=np.float64)
    return Accessibility(scores, ratios, np.flatnonzero(~reached & (capacity > 0)))


def nearest(demand: FloatArray, supply: FloatArray) -> FloatArray:
    """Return the distance in metres from each demand point to its nearest site (infinite when there is no site)."""
    if not len(supply):
        return np.full(len(demand), np.inf)
    return np.asarray(cKDTree(supply).query(demand)[0], dtype=np.float64)


def total(values: FloatArray, groups: IntArray, size: int) -> FloatArray:
    """Sum the known values by group; a group that holds no known value is unknown (nan), not 0.

    `groups[i]` is the position of i's group among `size`, or -1 when i belongs to none.
    """
    held = (groups >= 0) & np.isfinite(values)
    sums = np.bincount(groups[held], weights=values[held], minlength=size).astype(np.float64)
    sums[np.bincount(groups[held], minlength=size) == 0] = np.nan
    return sums


def mean(values: FloatArray, weights: FloatArray, groups: IntArray, size: int) -> FloatArray:
    """Return A_T = Σ_{i∈T} P_i A_i / Σ_{i∈T} P_i for each group T; nan where the group has no need."""
    held = (groups >= 0) & np.isfinite(values) & np.isfinite(weights)
    above = np.bincount(groups[held], weights=(values * weights)[held], minlength=size)
    below = np.bincount(groups[held], weights=weights[held], minlength=size)
    means: FloatArray = np.full(size, np.nan)
    np.divide(above, below, out=means, where=below > 0)
    return means
