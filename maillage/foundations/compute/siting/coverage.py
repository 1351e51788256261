"""Where to open so as to cover the most of a public that nobody covers: the maximal covering location problem.

Church & ReVelle 1974 (doi 10.1007/BF01942293), in the form of an expansion. An *option* o is one place and one kind of
structure; a_i is the public at point i that no existing structure covers; N_o are the points that o would cover:

    max Σ a_i x_i    x_i ≤ Σ_{o: i ∈ N_o} y_o    A y ≤ b    y_o + y_q ≤ 1 for options that exclude each other
                     y ∈ {0, 1}    0 ≤ x ≤ 1

Each row of A y ≤ b is a limit: a number of new places (in all, or of one kind), a budget, a number of ETP. Several
publics are several points at one place; a kind covers the points of the publics it serves, so that a person is covered
once whatever the number of structures within reach, and only by a kind meant for her.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from maillage.foundations.compute.siting.covering import Core, cliques, explore, merged, undominated
from maillage.foundations.compute.siting.proof import prove_coverage, relax
from maillage.foundations.compute.siting.results import Report, Search, Siting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.foundations.compute.catchments import Catchment, FloatArray, IntArray

BoolArray: TypeAlias = NDArray[np.bool_]

# How many starts the first answer takes, and how many pairs (option, point) it may go through in all: with more pairs,
# fewer starts. Counted, not timed, so that the answer does not depend on the machine.
_STARTS, _EFFORT = 200, 100_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """Σ_o costs_o y_o ≤ total: a number of places, euros, ETP."""

    costs: FloatArray
    total: float


def _none() -> IntArray:
    return np.empty((0, 2), dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Covering:
    """Weights a_i of the points, `covers` (points × options, non-zero where the option covers the point), the limits,
    and `conflicts`, the pairs of options that exclude each other."""

    weights: FloatArray
    covers: csr_array
    limits: tuple[Limit, ...]
    conflicts: IntArray = field(default_factory=_none)

    def __post_init__(self) -> None:
        points, options = self.covers.shape
        _known("weights", self.weights, points)
        for limit in self.limits:
            _known("costs", limit.costs, options)
            _known("total", np.array([limit.total]), 1)
        if not self.limits:
            raise ValueError("nothing limits the choice: give a number of places or a budget")
        if self.conflicts.ndim != 2 or self.conflicts.shape[1] != 2:
            raise ValueError(f"conflicts are pairs, not an array of shape {self.conflicts.shape}")

    def core(self) -> Core:
        """Return what is left once empty points, useless or unaffordable options are gone."""
        size = self.covers.shape[1]
        present = csr_array(self.covers.T)
        present.data = np.ones(present.nnz)
        present = present[:, np.flatnonzero(self.weights > 0)]
        conflicts = _adjacency(self.conflicts, size)
        costs = np.array([limit.costs for limit in self.limits], dtype=np.float64)
        totals = np.array([limit.total for limit in self.limits], dtype=np.float64)
        useful = np.flatnonzero((np.diff(present.indptr) > 0) & (costs <= totals[:, None]).all(axis=0))
        within, rows = conflicts[useful][:, useful], csr_array(costs[:, useful])
        useful_covers, weights = merged(present[useful], self.weights[self.weights > 0])
        kept = undominated(useful_covers, rows, within)
        covers, weights = merged(useful_covers[kept], weights)
        exclusive = cliques(within[kept][:, kept])
        all_rows = _stack(rows[:, kept], exclusive)
        shares = (costs[:, useful[kept]] / np.maximum(totals, 1e-300)[:, None]).max(axis=0, initial=0.0)
        bounds = np.concatenate([totals, np.ones(exclusive.shape[0])])
        return Core(weights, covers, all_rows, bounds, useful[kept], shares)


def _stack(top: csr_array, bottom: csr_array) -> csr_array:
    indptr = np.concatenate([top.indptr, top.nnz + bottom.indptr[1:]])
    parts = (np.concatenate([top.data, bottom.data]), np.concatenate([top.indices, bottom.indices]), indptr)
    return csr_array(parts, shape=(top.shape[0] + bottom.shape[0], top.shape[1]))


def _adjacency(pairs: IntArray, size: int) -> csr_array:
    """Return the symmetric matrix of the conflicts, ones, without the pairs of an option with itself."""
    low, high = pairs[pairs[:, 0] != pairs[:, 1]].T
    matrix = csr_array((np.ones(2 * len(low)), (np.r_[low, high], np.r_[high, low])), shape=(size, size))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _known(name: str, values: FloatArray, size: int) -> None:
    if values.shape != (size,):
        raise ValueError(f"{name}: {size} values are expected, not {values.shape}")
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError(f"{name}: every value must be known and not negative")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of structure that may open at the candidate places.

    `reach` pairs the demand points and the candidates within reach of each other (metres or minutes), `existing` the
    demand points and the structures of this kind already there. `count` is the most new ones, `cost` what one takes of
    the budget (one figure, or one per candidate), `allowed` the candidates where it may open, `serves` the columns of
    the need that it serves (all by default).
    """

    reach: Catchment
    existing: Catchment | None = None
    count: int | None = None
    cost: FloatArray | float = 1.0
    allowed: BoolArray | None = None
    serves: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """A covering problem and what its options are: the candidate place and the kind of each, as positions."""

    problem: Covering
    places: IntArray
    kinds: IntArray

    def where(self, chosen: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Return the (candidate, kind) of chosen options."""
        return tuple((int(self.places[option]), int(self.kinds[option])) for option in chosen)


def expansion(
    need: FloatArray,
    kinds: Sequence[Kind],
    *,
    count: int | None = None,
    budget: float | None = None,
    conflicts: IntArray | None = None,
) -> Expansion:
    """Build the problem of opening structures of some kinds for a need (points, or points × publics).

    `count` limits the new structures in all, `budget` their summed cost. `conflicts` are pairs of candidates that
    exclude each other whatever the kind; the pair (j, j) lets one kind only open at j. Raise `ValueError` when nothing
    limits the choice, or when a figure is unknown or negative.
    """
    publics = need[:, None] if need.ndim == 1 else need
    points, width = publics.shape
    size = kinds[0].reach.shape[1]
    weights = np.array(publics, dtype=np.float64).ravel()
    _known("need", weights, points * width)
    pairs: list[tuple[IntArray, IntArray]] = []
    for position, kind in enumerate(kinds):
        if kind.reach.shape != (points, size):
            raise ValueError(f"reach: {points} points and {size} candidates are expected, not {kind.reach.shape}")
        near, sites = kind.reach.points.astype(np.intp), kind.reach.sites.astype(np.intp)
        held = np.ones(len(sites), dtype=bool) if kind.allowed is None else kind.allowed[sites]
        for column in range(width) if kind.serves is None else kind.serves:
            pairs.append((near[held] * width + column, sites[held] + position * size))
            if kind.existing is not None:
                weights[kind.existing.points.astype(np.intp) * width + column] = 0.0
    rows, options = (np.concatenate(part) for part in zip(*pairs, strict=True))
    covers = csr_array((np.ones(len(rows)), (rows, options)), shape=(points * width, len(kinds) * size))
    limits = _limits(kinds, size, count, budget)
    exclusive = _none() if conflicts is None else _across_kinds(conflicts, len(kinds), size)
    problem = Covering(weights, covers, limits, exclusive)
    return Expansion(problem, np.tile(np.arange(size), len(kinds)), np.repeat(np.arange(len(kinds)), size))


def _limits(kinds: Sequence[Kind], size: int, count: int | None, budget: float | None) -> tuple[Limit, ...]:
    costs = np.concatenate([np.broadcast_to(np.asarray(kind.cost, dtype=np.float64), size) for kind in kinds])
    one = np.repeat(np.eye(len(kinds)), size, axis=1)
    limits = [Limit(one[place], float(kind.count)) for place, kind in enumerate(kinds) if kind.count is not None]
    if count is not None:
        limits.append(Limit(np.ones(len(costs)), float(count)))
    if budget is not None:
        limits.append(Limit(costs, float(budget)))
    return tuple(limits)


def _across_kinds(conflicts: IntArray, kinds: int, size: int) -> IntArray:
    shifts = np.arange(kinds) * size
    low = conflicts[:, 0, None, None] + shifts[None, :, None]
    high = conflicts[:, 1, None, None] + shifts[None, None, :]
    low, high = np.broadcast_arrays(low, high)
    return np.column_stack([low.ravel(), high.ravel()])


def too_close(places: FloatArray, spacing: float) -> IntArray:
    """Return the pairs of places (metres) nearer to each other than `spacing`, each place with itself included."""
    tree = cKDTree(places)
    pairs = tree.query_pairs(np.nextafter(spacing, 0), output_type="ndarray") if spacing > 0 else _none()
    own = np.arange(len(places)) if spacing > 0 else np.empty(0, dtype=np.intp)
    return np.concatenate([pairs, np.column_stack([own, own])]).astype(np.intp)


def maximise_coverage(
    problem: Covering,
    *,
    seed: int = 0,
    deadline: float = 60.0,
    prove: bool = True,
    report: Report | None = None,
) -> Siting:
    """Return the options that cover the most, with an upper bound that no choice can pass.

    A greedy and local search answers first, the linear relaxation then gives a bound: `prove=False` stops there. A
    branch and bound goes on until the proof, or until `deadline` seconds have passed. The same seed gives the same
    answer as long as the deadline does not cut the search.
    """
    search = Search(1, deadline, report)
    core = problem.core()
    search.meet((), 0.0)
    search.bound = float(core.weights.sum())
    if not len(core.origin):
        search.tighten(0.0)
        return search.answer()
    explore(core, search, seed, _STARTS, _EFFORT)
    search.tighten(search.bound)
    if search.best < search.bound and not search.late:
        relaxed = relax(core, search)
        if prove:
            prove_coverage(core, relaxed, search)
    return search.answer()
