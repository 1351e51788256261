"""The proof of a coverage: linear relaxations by HiGHS, safe bounds by weak duality, branch and bound.

The relaxation of the covering problem is nearly whole: on the region it stands 0.4 % above the optimum. Its dual
prices u_i of the points and v of the rows give, for any u and any v ≥ 0,

    bound = Σ_i max_{x_i} (w_i − u_i) x_i  +  Σ_o max_{y_o} r_o y_o  +  v·b      r_o = Σ_{i ∈ N_o} u_i − v·A_o

over what x_i and y_o may still be. It is recomputed here in double precision from the prices, so that a solver stopped
early, or its tolerances, can only make it weaker, never false. An option whose r_o is worse than what is left to win is
settled for good: this leaves 93 of 1,285 candidates at 5 km, 444 at 10 km, whose points are then merged again. The rest
is branched on y_o, or on x_i, which is stronger: a point left uncovered forbids all the options around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csc_array, eye_array, hstack, vstack

from maillage.foundations.compute.siting.covering import Core, climb, fill
from maillage.foundations.compute.siting.results import EXACT

if TYPE_CHECKING:
    from maillage.foundations.compute.catchments import FloatArray, IntArray
    from maillage.foundations.compute.siting.results import Search

_FRACTION = 1e-6
# How many fractional options and points are tried before choosing where to branch.
_TRIED = (4, 6)


@dataclass(frozen=True, slots=True)
class Bounded:
    """A bound, the values of x then y where it was taken, the bounds once each is forced to 0 and to 1, and the basis
    of the solver there."""

    bound: float
    values: FloatArray
    to_zero: FloatArray
    to_one: FloatArray
    basis: Any = None


class Relaxation:
    """The linear relaxation of a core, kept in HiGHS from one node to the next."""

    def __init__(self, core: Core, method: str) -> None:
        import highspy

        self.core = core
        self.points, self.size = len(core.weights), len(core.weights) + len(core.origin)
        self._columns = np.arange(self.size, dtype=np.int32)
        self._infeasible = highspy.HighsModelStatus.kInfeasible
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("solver", method)
        self._highs.passModel(self._model(highspy))

    def _model(self, highspy: Any) -> Any:
        core = self.core
        covering = hstack([eye_array(self.points), -core.covers.T])
        empty = eye_array(len(core.totals), self.points) * 0
        matrix = csc_array(vstack([covering, hstack([empty, core.rows])]))
        matrix.eliminate_zeros()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.size, matrix.shape[0]
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = np.concatenate([core.weights, np.zeros(len(core.origin))])
        model.col_lower_, model.col_upper_ = np.zeros(self.size), np.ones(self.size)
        model.row_lower_ = np.full(matrix.shape[0], -np.inf)
        model.row_upper_ = np.concatenate([np.zeros(self.points), core.totals])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        return model

    def solve(self, low: FloatArray, high: FloatArray, seconds: float, basis: Any = None) -> Bounded:
        """Return the bound over low ≤ (x, y) ≤ high, found from the `basis` of a parent; −∞ when nothing fits."""
        highs = self._highs
        if basis is not None:
            highs.setBasis(basis)
        highs.changeColsBounds(self.size, self._columns, low, high)
        highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.01))
        highs.run()
        if highs.getModelStatus() == self._infeasible:
            return Bounded(-np.inf, low, low, low)
        solution = highs.getSolution()
        prices = np.array(solution.row_dual)
        if not len(prices):
            prices = np.zeros(self.points + len(self.core.totals))
        values = np.array(solution.col_value) if len(solution.col_value) else low
        return self.bounded(prices, values, low, high, highs.getBasis())

    def bounded(self, prices: FloatArray, values: FloatArray, low: FloatArray, high: FloatArray, basis: Any) -> Bounded:
        """Return the bound that dual prices give, whatever they are worth."""
        core = self.core
        points, rows = prices[: self.points], np.maximum(prices[self.points :], 0.0)
        points = np.where(np.isfinite(points), np.maximum(points, 0.0), 0.0)
        reduced = np.concatenate([core.weights - points, core.covers @ points - core.rows.T @ rows])
        best = np.where(reduced > 0, reduced * high, reduced * low)
        bound = float(best.sum() + rows @ core.totals)
        return Bounded(bound, values, bound - best, bound - best + reduced, basis)


def relax(core: Core, search: Search) -> Bounded:
    """Tighten the bound of the search by the linear relaxation of the whole core, and try what it suggests."""
    relaxation = Relaxation(core, "ipm")
    root = relaxation.solve(np.zeros(relaxation.size), np.ones(relaxation.size), search.deadline - search.elapsed)
    _round(core, root.values[relaxation.points :], search)
    search.tighten(root.bound)
    return root


def _round(core: Core, options: FloatArray, search: Search) -> None:
    """Meet the choice that the values of a relaxation suggest, climbed to its top."""
    choice = climb(fill(core, [], np.maximum(options, 1e-6)))
    search.meet(tuple(int(core.origin[option]) for option in choice.chosen), choice.value)


def prove_coverage(core: Core, root: Bounded, search: Search) -> None:
    """Close the gap between the best choice and the bound, as far as the deadline allows."""
    points = len(core.weights)
    worth = root.to_one[points:] > _threshold(core, search)
    reduced = core.keep(np.flatnonzero(worth))
    if not len(reduced.origin):
        search.tighten(search.best)
        return
    Tree(reduced, search).grow()


def _threshold(core: Core, search: Search) -> float:
    """Return the bound under which nothing better than the best choice is left."""
    step = 1.0 if core.whole else 0.0
    return search.best + max(step * (1 - 1e-6), EXACT * search.best / 2)


@dataclass(order=True, slots=True)
class _Node:
    """Where x and y are still free; the order is that of the bound, the highest first."""

    rank: float
    serial: int
    low: FloatArray
    high: FloatArray
    state: Bounded


class Tree:
    """Branch and bound, the node of the highest bound first: the bound of the search is that of the next node."""

    def __init__(self, core: Core, search: Search) -> None:
        self.core, self.search = core, search
        self.relaxation = Relaxation(core, "simplex")
        self.points = self.relaxation.points
        self.by_point = core.covers.T.tocsr()
        self.heap: list[_Node] = []
        self.serial = 0

    @property
    def threshold(self) -> float:
        return _threshold(self.core, self.search)

    def grow(self) -> None:
        size = self.relaxation.size
        self.push(np.zeros(size), np.ones(size), self.solve(np.zeros(size), np.ones(size)))
        while self.heap:
            node = self.heap[0]
            self.search.tighten(max(node.state.bound, self.search.best))
            if node.state.bound <= self.threshold:
                break
            if self.search.late:
                return
            children = self.branch(node)
            if children is None:
                return
            heappop(self.heap)
            for low, high, state in children:
                self.push(low, high, state)
        self.search.tighten(self.search.best)

    def solve(self, low: FloatArray, high: FloatArray, basis: Any = None) -> Bounded:
        return self.relaxation.solve(low, high, self.search.deadline - self.search.elapsed, basis)

    def push(self, low: FloatArray, high: FloatArray, state: Bounded) -> None:
        """Keep a node that may still win, once what its reduced costs settle is settled."""
        if state.bound <= self.threshold:
            return
        _round(self.core, state.values[self.points :], self.search)
        high = np.where(state.to_one <= self.threshold, low, high)
        low = np.where(state.to_zero <= self.threshold, high, low)
        self.close(low, high)
        self.serial += 1
        heappush(self.heap, _Node(-state.bound, self.serial, low, high, state))

    def close(self, low: FloatArray, high: FloatArray) -> None:
        """Forbid the options around the points that stay uncovered."""
        dry = np.flatnonzero(high[: self.points] < 1)
        if len(dry):
            high[self.points + np.unique(self.by_point[dry].indices)] = 0.0

    def branch(self, node: _Node) -> list[tuple[FloatArray, FloatArray, Bounded]] | None:
        """Return the two halves of a node where both bounds fall the most; None when the deadline came first."""
        best: tuple[float, list[tuple[FloatArray, FloatArray, Bounded]]] = (-1.0, [])
        for column in self.candidates(node):
            halves = [self.half(node, column, value) for value in (1, 0)]
            if self.search.late:
                return None
            falls = [node.state.bound - max(state.bound, self.threshold) for _, _, state in halves]
            score = max(falls[0], 1e-3) * max(falls[1], 1e-3)
            if score > best[0]:
                best = (score, halves)
            if all(state.bound <= self.threshold for _, _, state in halves):
                break
        return best[1]

    def half(self, node: _Node, column: int, value: int) -> tuple[FloatArray, FloatArray, Bounded]:
        low, high = node.low.copy(), node.high.copy()
        low[column] = high[column] = value
        self.close(low, high)
        if (low > high).any():
            return low, high, Bounded(-np.inf, low, low, low)
        return low, high, self.solve(low, high, node.state.basis)

    def candidates(self, node: _Node) -> IntArray:
        """Return the columns to try: free, the most fractional first, points by the weight at stake."""
        free = node.low < node.high
        values = node.state.values
        fraction = np.where(free, np.minimum(values, 1 - values), -1.0)
        options, points = fraction[self.points :], fraction[: self.points] * self.core.weights
        first = np.argsort(-points, kind="stable")[: _TRIED[1]]
        then = self.points + np.argsort(-options, kind="stable")[: _TRIED[0]]
        tried: IntArray = np.concatenate([first, then]).astype(np.intp)
        fractional: IntArray = tried[fraction[tried] > _FRACTION]
        if len(fractional):
            return fractional
        # The relaxation is whole here, yet its bound is not reached (a solver cut short): any free option will do.
        anyone: IntArray = self.points + np.flatnonzero(free[self.points :])[:1]
        return anyone
