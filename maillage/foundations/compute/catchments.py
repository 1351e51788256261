"""Who is within reach of what: the pairs (demand point, site) of a catchment, found fast and kept by site.

The pairs come from coordinates, by straight distance, or from a table of travel times; what follows does not see the
difference. The search is exact. Demand points are sorted by horizontal strip, then from west to east, so that a
circle meets each strip in one run of neighbours, which two binary searches find; only these runs are measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.foundations.compute.decays import Decay

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.intp]
Positions: TypeAlias = NDArray[np.int32]

_STRIPS = 2  # strips per radius: more waste fewer candidates and cost more searches; 2 and 3 are the fastest
_CHUNK = 1 << 15  # candidates measured at once: they stay in the processor's cache
_FEW = 8  # sites under which sorting the demand points costs more than measuring them all
_MARGIN = 1.0  # metres searched beyond the circle, far above rounding


@dataclass(frozen=True, slots=True)
class Catchment:
    """The pairs no farther apart than the radius, site after site: those of site j lie in starts[j]:starts[j + 1].

    `points` gives the demand point of each pair, `distances` the metres or minutes between both. `reach` and
    `site_reach` are the radius of each demand point and of each site: a pair holds when d_ij ≤ min(r_i, r_j).

    A site that stands exactly on a demand point is a pair like another: distances are kept aside, because a sparse
    matrix of distances would take the zero for an absence.
    """

    starts: Positions
    points: Positions
    distances: FloatArray
    reach: FloatArray
    site_reach: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """Return the number of demand points and the number of sites."""
        return len(self.reach), len(self.site_reach)

    @property
    def sites(self) -> Positions:
        """Return the site of each pair."""
        return np.repeat(np.arange(len(self.site_reach), dtype=np.int32), np.diff(self.starts))

    def weights(self, decay: Decay, radius: float | None = None) -> csc_array:
        """Return the matrix f(d_ij), demand points × sites.

        With `radius`, the one the decay was made for, each pair is seen relatively to its own reach, f(d_ij·d0 / r_ij)
        with r_ij = min(r_i, r_j): where people go twice as far, willingness falls half as fast.
        """
        distances = self.distances
        if radius is not None:
            reach = np.minimum(self.reach[self.points], self.site_reach[self.sites])
            distances = distances * np.divide(radius, reach, out=np.ones_like(reach), where=reach > 0)
        return csc_array((decay(distances), self.points, self.starts), shape=self.shape)


def catchment(
    demand: FloatArray,
    supply: FloatArray,
    radius: float | FloatArray,
    site_radius: float | FloatArray = np.inf,
) -> Catchment:
    """Pair demand points and sites by the straight distance between them, in metres, bounds included.

    `demand` (n × 2) and `supply` (m × 2) are Lambert-93 coordinates. `radius` is one for all or one per demand point
    (by class of density, say), `site_radius` one per site (by kind of SIAE, say). Raise `ValueError` when a coordinate
    or a radius is unknown (nan), or when coordinates look like degrees: distances would be meaningless.
    """
    for name, points in (("demand", demand), ("supply", supply)):
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"{name}: coordinates are an array of shape (n, 2), not {points.shape}")
        if not np.isfinite(points).all():
            raise ValueError(f"{name}: every coordinate must be known")
        if len(points) and np.abs(points).max() <= 180:
            raise ValueError(f"{name}: these coordinates look like degrees, metres are expected")
    reach, site_reach = _spread("radius", radius, len(demand)), _spread("site_radius", site_radius, len(supply))
    if not len(demand) or not len(supply):
        empty = np.empty(0, dtype=np.int32)
        return Catchment(_starts(np.zeros(len(supply), dtype=np.intp)), empty, np.empty(0), reach, site_reach)
    widest = np.minimum(site_reach, reach.max())
    if not np.isfinite(widest).all():
        raise ValueError("radius: a bound is needed, on demand points or on sites")
    limit = np.square(reach) if reach.min() < reach.max() else None
    runs = _Runs.sweep(demand, supply, widest)
    counts, kept, distances = zip(*_measure(runs, supply, np.square(widest), limit), strict=True)
    return Catchment(
        _starts(np.concatenate(counts)), np.concatenate(kept), np.concatenate(distances), reach, site_reach
    )


def travel(
    shape: tuple[int, int],
    points: IntArray,
    sites: IntArray,
    costs: FloatArray,
    radius: float | FloatArray,
    site_radius: float | FloatArray = np.inf,
) -> Catchment:
    """Pair demand points and sites by a table of costs, as minutes of travel: parallel arrays, a line per known pair.

    A pair that the table does not hold is out of reach. Raise `ValueError` when a position does not exist, when a cost
    is unknown or negative, or when a pair comes twice.
    """
    size, held = len(costs), ((points, shape[0]), (sites, shape[1]))
    if any(values.shape != (size,) or (size and not 0 <= values.min() <= values.max() < end) for values, end in held):
        raise ValueError(
            f"every line of the table must name one of {shape[0]} demand points and one of {shape[1]} sites"
        )
    if not np.isfinite(costs).all() or (costs < 0).any():
        raise ValueError("costs: every value must be known and not negative")
    keys = sites.astype(np.int64) * shape[0] + points
    order = np.argsort(keys, kind="stable")
    if (np.diff(keys[order]) == 0).any():
        raise ValueError("a pair comes twice in the table")
    reach, site_reach = _spread("radius", radius, shape[0]), _spread("site_radius", site_radius, shape[1])
    order = order[costs[order] <= np.minimum(reach[points[order]], site_reach[sites[order]])]
    counts = np.bincount(sites[order], minlength=shape[1])
    return Catchment(_starts(counts), points[order].astype(np.int32), costs[order], reach, site_reach)


def nearest(demand: FloatArray, supply: FloatArray) -> FloatArray:
    """Return the distance in metres from each demand point to its nearest site (infinite when there is no site)."""
    if not len(supply):
        return np.full(len(demand), np.inf)
    return np.asarray(cKDTree(supply).query(demand)[0], dtype=np.float64)


def _spread(name: str, radius: float | FloatArray, size: int) -> FloatArray:
    """Return the radius of each of `size` points."""
    spread = np.broadcast_to(np.asarray(radius, dtype=np.float64), (size,))
    if not (spread >= 0).all():
        raise ValueError(f"{name}: every radius must be known and not negative")
    return spread


def _starts(counts: IntArray) -> Positions:
    starts = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=starts[1:])
    return starts


@dataclass(frozen=True, slots=True)
class _Runs:
    """Candidates: the demand points sorted for the search (`order`, `x`, `y`), and for each site `rows` runs of
    them, each from `first` on and `count` long."""

    order: Positions
    x: FloatArray
    y: FloatArray
    rows: int
    first: IntArray
    count: IntArray

    @classmethod
    def sweep(cls, demand: FloatArray, supply: FloatArray, radius: FloatArray) -> _Runs:
        """Return the runs that hold every demand point within `radius` (one per site) of each site."""
        if len(supply) <= _FEW:
            every = np.arange(len(demand), dtype=np.int32)
            first, count = np.zeros(len(supply), dtype=np.intp), np.full(len(supply), len(demand))
            return cls(every, demand[:, 0], demand[:, 1], 1, first, count)
        (left, bottom), (width, _) = demand.min(axis=0), np.ptp(demand, axis=0)
        height = max(radius.max(), _MARGIN) / _STRIPS * (1 + 1e-9)
        stride = 2 * width + _MARGIN  # farther than any abscissa: one sorted key holds strip and abscissa
        keys = np.floor((demand[:, 1] - bottom) / height) * stride + (demand[:, 0] - left)
        order = np.argsort(keys)
        keys = keys[order]
        ordinate = (supply[:, 1] - bottom)[:, None]
        strips = np.floor(ordinate / height) + np.arange(-_STRIPS, _STRIPS + 1)
        away = np.maximum(np.maximum(strips * height - ordinate, ordinate - (strips + 1) * height), 0.0)
        half = np.sqrt(np.maximum(np.square(radius)[:, None] - np.square(away), 0.0)) + _MARGIN
        abscissa, base = (supply[:, 0] - left)[:, None], strips * stride
        first = np.searchsorted(keys, (base + np.clip(abscissa - half, 0.0, width)).ravel(), side="left")
        last = np.searchsorted(keys, (base + np.clip(abscissa + half, 0.0, width)).ravel(), side="right")
        x, y = demand[order].T.copy()
        return cls(order.astype(np.int32), x, y, strips.shape[1], first, last - first)


def _measure(
    runs: _Runs, supply: FloatArray, squares: FloatArray, limit: FloatArray | None
) -> Iterator[tuple[IntArray, Positions, FloatArray]]:
    """Yield, by bunch of sites, how many points each keeps, these points and their distances.

    `squares` is the square of each site's radius, `limit` that of each demand point's when they differ.
    """
    ends = np.concatenate(([0], np.cumsum(runs.count)))
    shift, stops = runs.first - ends[:-1], ends[:: runs.rows]
    start, size = 0, len(supply)
    while start < size:
        stop = max(start + 1, int(np.searchsorted(stops, stops[start] + _CHUNK, side="right")) - 1)
        sites, held = slice(start, stop), slice(start * runs.rows, stop * runs.rows)
        counts = np.diff(stops[start : stop + 1])
        where = np.repeat(shift[held], runs.count[held])
        where += np.arange(stops[start], stops[stop])
        squared, other = runs.x[where], runs.y[where]
        squared -= np.repeat(supply[sites, 0], counts)
        other -= np.repeat(supply[sites, 1], counts)
        squared *= squared
        other *= other
        squared += other
        near = squared <= np.repeat(squares[sites], counts)
        if limit is not None:
            near &= squared <= limit[runs.order[where]]
        kept = np.flatnonzero(near)
        bounds = np.searchsorted(kept, stops[start : stop + 1] - stops[start])
        yield np.diff(bounds), runs.order[where[kept]], np.sqrt(squared[kept])
        start = stop
