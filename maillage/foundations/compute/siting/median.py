"""Where to open so as to bring a public closest to a structure: the p-median problem.

Hakimi 1964 (doi 10.1287/opre.12.3.450), in the form of an expansion: with a_i people at point i, t_i metres from the
nearest existing structure, and p new sites to choose,

    min Σ a_i min(t_i, min_{j chosen} d_ij)

*From above*: the interchange of Teitz & Bart, every swap weighed at once from the two nearest sites of each point
(Whitaker 1983; Resende & Werneck 2007, doi 10.1007/s10479-006-0154-0), from greedy starts and kicks of the best.

*From below*: the Lagrangian relaxation of « each point goes to one site » (Cornuéjols, Fisher & Nemhauser 1977,
doi 10.1287/mnsc.23.8.789). For any prices u_i, with c_ij = a_i min(t_i, d_ij) and c_i0 = a_i t_i,

    L(u) = Σ_i u_i + Σ_i min(0, c_i0 − u_i) + the p lowest of  ρ_j = Σ_i min(0, c_ij − u_i)

is a lower bound. Subgradient steps raise it; a candidate whose ρ_j is too high is settled for good (1,285 become about
50), which makes the next steps cheap. The rest is closed by branch and bound: a site held open is an existing site of
a smaller problem, a site held shut is a candidate less; each node starts from the prices of its parent.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from maillage.foundations.compute.siting.results import EXACT, Report, Search, Siting

if TYPE_CHECKING:
    from maillage.foundations.compute.catchments import FloatArray, IntArray

BoolArray: TypeAlias = NDArray[np.bool_]

# Starts of the first answer, then of the whole search; steps of the subgradient at the root and in a node.
_FIRST_STARTS, _STARTS = 4, 24
_FIRST_STEPS, _STEPS, _NODE_STEPS = 200, 1_000, 80
# The pace of these steps, at the root and in a node, how many steps without a better bound make it fall, and under what
# pace to stop; the part of the former direction that is kept; how fast the memory of the lowest candidates fades.
_PACE, _NODE_PACE, _PATIENCE, _LEAST_PACE, _DEFLECTION, _MEMORY = 1.5, 0.5, 15, 1e-3, 0.7, 0.03
# Steps between two attempts to settle candidates.
_SETTLE = 25


@dataclass(frozen=True, slots=True)
class Median:
    """Weights a_i (people), distances d_ij (points × candidates, metres or minutes), `count` new sites, `nearest` t_i
    (infinite where there is no existing structure), and the candidates allowed."""

    weights: FloatArray
    distances: FloatArray
    count: int
    nearest: FloatArray
    allowed: BoolArray

    def __post_init__(self) -> None:
        points, candidates = self.distances.shape
        if self.weights.shape != (points,) or self.nearest.shape != (points,) or self.allowed.shape != (candidates,):
            raise ValueError(f"weights and nearest are expected for {points} points, allowed for {candidates} places")
        for name, values in (("weights", self.weights), ("distances", self.distances)):
            if not np.isfinite(values).all() or (values < 0).any():
                raise ValueError(f"{name}: every value must be known and not negative")
        if np.isnan(self.nearest).any():
            raise ValueError("nearest: every value must be known")
        if not 0 < self.count <= self.allowed.sum():
            raise ValueError(f"{self.count} new sites cannot be chosen among {self.allowed.sum()} allowed places")

    @classmethod
    def between(
        cls,
        weights: FloatArray,
        demand: FloatArray,
        candidates: FloatArray,
        count: int,
        *,
        existing: FloatArray | None = None,
        allowed: BoolArray | None = None,
    ) -> Median:
        """Return the problem on straight distances between Lambert-93 coordinates (n × 2, m × 2, e × 2)."""
        there = np.empty((0, 2)) if existing is None else existing
        nearest = cdist(demand, there).min(axis=1, initial=np.inf)
        everywhere = np.ones(len(candidates), dtype=bool)
        return cls(weights, cdist(demand, candidates), count, nearest, everywhere if allowed is None else allowed)


@dataclass(frozen=True, slots=True)
class _Field:
    """A problem or a node of it: `costs` c_ij of the candidates left, `top` c_i0, `count` sites to choose, the
    positions of the candidates left (`origin`) and of those already held open."""

    costs: FloatArray
    top: FloatArray
    count: int
    origin: IntArray
    held: tuple[int, ...]

    @classmethod
    def of(cls, problem: Median) -> _Field:
        points, origin = np.flatnonzero(problem.weights > 0), np.flatnonzero(problem.allowed)
        costs = problem.distances[np.ix_(points, origin)]
        # Any choice brings a point at least as close as its farthest candidate: no cost is infinite.
        farthest = costs.max(axis=1) if len(points) else np.empty(0)
        top = np.minimum(problem.nearest[points], farthest) * problem.weights[points]
        costs *= problem.weights[points, None]
        np.minimum(costs, top[:, None], out=costs)
        return cls(costs, top, problem.count, origin, ())

    def settle(self, opened: BoolArray, kept: BoolArray) -> _Field:
        """Return the problem once some candidates are held open, and others than `kept` shut."""
        top = np.minimum(self.top, self.costs[:, opened].min(axis=1)) if opened.any() else self.top
        left = kept & ~opened
        if not opened.any() and left.all():
            return self
        held = (*self.held, *(int(place) for place in self.origin[opened]))
        costs = self.costs[:, left]
        np.minimum(costs, top[:, None], out=costs)
        return _Field(costs, top, self.count - int(opened.sum()), self.origin[left], held)

    @property
    def trivial(self) -> bool:
        """Return whether nothing is left to choose: no site, or all of them."""
        return self.count == 0 or len(self.origin) <= self.count or not len(self.top)

    def value(self, sites: IntArray) -> float:
        return float(np.minimum(self.top, self.costs[:, sites].min(axis=1)).sum() if len(sites) else self.top.sum())

    def chosen(self, sites: IntArray) -> tuple[int, ...]:
        return (*self.held, *(int(place) for place in self.origin[sites]))


class Interchange:
    """A choice of sites, and what every swap would save, kept up to date for the points that a swap concerns.

    `save[j]` is what j would save beside the chosen sites, `lose[r]` what closing the chosen r would cost, and
    `spare[r, j]` what of that cost j would avoid: swapping r for j saves save[j] − lose[r] + spare[r, j].
    """

    def __init__(self, field: _Field, sites: IntArray) -> None:
        self.field, self.sites = field, np.array(sites)
        points = len(field.top)
        self.first, self.second = field.top.copy(), field.top.copy()
        self.owner = np.full(points, -1)
        self.save = np.zeros(len(field.origin))
        self.lose = np.zeros(len(self.sites))
        self.spare = np.zeros((len(self.sites), len(field.origin)))
        self._rank(np.arange(points))

    @property
    def value(self) -> float:
        return float(self.first.sum())

    def _rank(self, points: IntArray) -> None:
        """Find the two nearest sites of some points again, and count what they save and lose."""
        if not len(points):
            return
        costs = self.field.costs[np.ix_(points, self.sites)]
        rows = np.arange(len(points))
        owner = costs.argmin(axis=1)
        first = costs[rows, owner]
        costs[rows, owner] = np.inf
        top = self.field.top[points]
        self.owner[points] = np.where(first < top, owner, -1)
        self.first[points] = np.minimum(first, top)
        self.second[points] = np.minimum(costs.min(axis=1), top) if costs.shape[1] > 1 else top
        self._count(points, 1.0)

    def _count(self, points: IntArray, sign: float) -> None:
        """Add (or take away) the share of some points in what swaps save."""
        order = points[np.argsort(self.owner[points], kind="stable")]
        costs, first, second = self.field.costs[order], self.first[order], self.second[order]
        self.save += sign * np.maximum(first[:, None] - costs, 0.0).sum(axis=0)
        starts = np.searchsorted(self.owner[order], np.arange(len(self.sites) + 1))
        np.maximum(costs, first[:, None], out=costs)
        np.subtract(second[:, None], costs, out=costs)
        np.maximum(costs, 0.0, out=costs)
        for site, (start, end) in enumerate(pairwise(starts)):
            if start < end:
                self.spare[site] += sign * costs[start:end].sum(axis=0)
                self.lose[site] += sign * float((second[start:end] - first[start:end]).sum())

    def climb(self) -> None:
        """Make the best swap until none saves anything."""
        while len(self.sites) < len(self.field.origin):
            savings = self.save - self.lose[:, None] + self.spare
            savings[:, self.sites] = -np.inf
            site, place = divmod(int(savings.argmax()), savings.shape[1])
            if not savings[site, place] > 1e-9 * self.value:
                return
            self._swap(site, place)

    def _swap(self, site: int, place: int) -> None:
        left, came = self.field.costs[:, self.sites[site]], self.field.costs[:, place]
        concerned = np.flatnonzero((came < self.second) | ((left <= self.second) & (left < self.field.top)))
        self._count(concerned, -1.0)
        self.sites[site] = place
        self._rank(concerned)


def _greedy(field: _Field, sites: list[int], taste: FloatArray) -> IntArray:
    """Complete a choice with the candidates that save the most × taste."""
    nearest = np.minimum(field.top, field.costs[:, sites].min(axis=1)) if sites else field.top.copy()
    chosen = list(sites)
    while len(chosen) < field.count:
        savings = np.maximum(nearest[:, None] - field.costs, 0.0).sum(axis=0) * taste
        savings[chosen] = -1.0
        chosen.append(int(savings.argmax()))
        nearest = np.minimum(nearest, field.costs[:, chosen[-1]])
    return np.array(chosen)


def _explore(field: _Field, search: Search, random: np.random.Generator, starts: range) -> None:
    """Meet good choices: a greedy one, then kicks of the best, each climbed to its top."""
    position = {int(place): index for index, place in enumerate(field.origin)}
    size = len(field.origin)
    for start in starts:
        if start and search.late:
            return
        sites: list[int] = []
        if start:
            best = [position[place] for place in search.chosen if place in position]
            leaving = int(random.integers(1, 2 + len(best) // 2))
            sites = [best[index] for index in random.permutation(len(best))[leaving:]]
        missing = field.count - len(sites)
        if start:
            free = np.setdiff1d(np.arange(size), sites)
            sites += [int(site) for site in random.choice(free, missing, replace=False)]
        interchange = Interchange(field, np.array(sites) if start else _greedy(field, sites, np.ones(size)))
        interchange.climb()
        search.meet(field.chosen(interchange.sites), field.value(interchange.sites))


@dataclass(frozen=True, slots=True)
class _Bounded:
    """The best prices met, their bound, ρ_j there, and how often each candidate was lately among the p lowest."""

    prices: FloatArray
    bound: float
    reduced: FloatArray
    often: FloatArray

    def keep(self, field: _Field, left: BoolArray) -> _Bounded:
        """Return the state of a smaller problem; its bound still holds when only hopeless candidates have gone."""
        return _Bounded(np.minimum(self.prices, field.top), self.bound, self.reduced[left], self.often[left])

    @classmethod
    def start(cls, field: _Field) -> _Bounded:
        """Return first prices: about what each point would pay with p sites drawn at random."""
        size = len(field.origin)
        rank = size // field.count // 2
        nothing = np.zeros(size)
        return cls(np.partition(field.costs, rank, axis=1)[:, rank], -np.inf, nothing, nothing)


def _ascend(field: _Field, state: _Bounded, pace: float, steps: int, search: Search) -> tuple[_Field, _Bounded]:
    """Raise the Lagrangian bound until it passes the best choice or stalls, settling candidates on the way.

    The step is that of Polyak towards the best objective known; its direction keeps a part of the former ones
    (Camerini, Fratta & Maffioli 1975), without which the prices zigzag: the gap left after 200 steps falls from
    1 % to 0.1 %.
    """
    current, direction, stalled = state.prices, np.zeros(len(field.top)), 0
    best, goal = search.best, _threshold(search)
    often = state.often.copy()
    for step in range(1, steps + 1):
        work = field.costs - current[:, None]
        np.minimum(work, 0.0, out=work)
        reduced = work.sum(axis=0)
        lowest = np.argpartition(reduced, field.count - 1)[: field.count]
        bound = float(current.sum() + reduced[lowest].sum())
        often *= 1 - _MEMORY
        often[lowest] += _MEMORY
        stalled = stalled + 1 if bound < state.bound + 1e-7 * best else 0
        if bound > state.bound:
            state = _Bounded(current, bound, reduced, often)
        if bound >= goal or pace < _LEAST_PACE or search.late:
            break
        if stalled >= _PATIENCE:
            pace, stalled = pace * 0.7, 0
        slope = 1.0 - np.count_nonzero(work[:, lowest] < 0, axis=1)
        direction = slope + _DEFLECTION * direction
        move = np.where((current >= field.top) & (direction > 0), 0.0, direction)
        length = float(move @ move)
        if not length:
            break
        current = np.minimum(current + pace * (best - bound) / length * move, field.top)
        if step % _SETTLE == 0:
            _, kept = _settled(field, state, goal)
            if not kept.all():
                field = field.settle(~kept & kept, kept)
                state, often = state.keep(field, kept), often[kept]
    return field, state


def _threshold(search: Search) -> float:
    """Return the bound over which nothing better than the best choice is left."""
    return search.best * (1 - EXACT / 2)


def _settled(field: _Field, state: _Bounded, threshold: float) -> tuple[BoolArray, BoolArray]:
    """Return which candidates must be open, and which may still be, for a choice under the threshold."""
    order = np.argsort(state.reduced, kind="stable")
    inside = np.zeros(len(order), dtype=bool)
    inside[order[: field.count]] = True
    last = state.reduced[order[field.count - 1]]
    after = state.reduced[order[field.count]] if field.count < len(order) else np.inf
    kept = inside | (state.bound + state.reduced - last < threshold)
    opened = inside & (state.bound + after - state.reduced >= threshold)
    return opened, kept


@dataclass(order=True, slots=True)
class _Node:
    bound: float
    serial: int
    field: _Field = dataclass_field(compare=False)
    state: _Bounded = dataclass_field(compare=False)


class _Tree:
    """Lagrangian branch and bound, the node of the lowest bound first."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.heap: list[_Node] = []
        self.serial = 0

    def push(self, field: _Field, state: _Bounded, floor: float) -> None:
        """Keep a node that may still win, once all that its bound settles is settled; `floor` bounds its parent."""
        while state.bound < _threshold(self.search):
            if field.trivial:
                sites = np.arange(len(field.origin))[: field.count]
                self.search.meet(field.chosen(sites), field.value(sites))
                return
            opened, kept = _settled(field, state, _threshold(self.search))
            if kept.all() and not opened.any():
                self.serial += 1
                heappush(self.heap, _Node(max(floor, state.bound), self.serial, field, state))
                return
            field = field.settle(opened, kept)
            state = state.keep(field, kept & ~opened)
            if opened.any() and not field.trivial:
                field, state = self.bound(field, state)

    def bound(self, field: _Field, state: _Bounded) -> tuple[_Field, _Bounded]:
        """Bound a node from the prices of its parent, and meet the choice that its own prices suggest."""
        fresh = _Bounded(state.prices, -np.inf, state.reduced, state.often)
        field, state = _ascend(field, fresh, _NODE_PACE, _NODE_STEPS, self.search)
        lowest = np.argsort(state.reduced, kind="stable")[: field.count]
        self.search.meet(field.chosen(lowest), field.value(lowest))
        return field, state

    def grow(self) -> None:
        while self.heap:
            node = self.heap[0]
            self.search.tighten(node.bound)
            if node.bound >= _threshold(self.search):
                break
            children = self.branch(node)
            if self.search.late:
                return
            heappop(self.heap)
            for field, state in children:
                self.push(field, state, node.bound)
        self.search.tighten(self.search.best)

    def branch(self, node: _Node) -> list[tuple[_Field, _Bounded]]:
        """Hold open, then shut, the candidate that the prices hesitate most about."""
        one = np.zeros(len(node.field.origin), dtype=bool)
        one[np.argmin(np.abs(node.state.often - 0.5))] = True
        children = []
        for opened, kept in ((one, ~one), (~one & one, ~one)):
            field = node.field.settle(opened, kept)
            state = node.state.keep(field, ~one)
            # A choice forced on a node without any left is its value: no price can bound it better.
            children.append((field, _Bounded(state.prices, -np.inf, state.reduced, state.often)))
        return [child if child[0].trivial else self.bound(*child) for child in children]


def minimise_distance(
    problem: Median,
    *,
    seed: int = 0,
    deadline: float = 60.0,
    prove: bool = True,
    report: Report | None = None,
) -> Siting:
    """Return the candidates that leave the least Σ a_i d_i, with a lower bound that no choice can pass.

    `prove=False` stops at a first answer and a first bound; otherwise the search goes on until the proof, or until
    `deadline` seconds have passed. The same seed gives the same answer as long as the deadline does not cut the search.
    """
    search = Search(-1, deadline, report)
    search.bound = 0.0
    field = _Field.of(problem)
    random = np.random.default_rng(seed)
    _explore(field, search, random, range(_FIRST_STARTS))
    if field.trivial or not search.best:
        search.tighten(search.best)
        return search.answer()
    field, state = _ascend(field, _Bounded.start(field), _PACE, _FIRST_STEPS, search)
    search.tighten(state.bound)
    if prove and not search.late:
        _explore(field, search, random, range(_FIRST_STARTS, _STARTS))
        field, state = _ascend(field, state, _PACE / 2, _STEPS, search)
        search.tighten(state.bound)
        tree = _Tree(search)
        tree.push(field, state, state.bound)
        tree.grow()
    return search.answer()
