"""The core of a covering problem: what is left once everything that cannot matter is gone, and climbing in it.

Every restriction on the options y is a row of A y ≤ b with A ≥ 0: a number of places, a budget, a number of ETP, and
the cliques of options that exclude each other. Solutions, moves and bounds treat them all alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from maillage.foundations.compute.catchments import FloatArray, IntArray
    from maillage.foundations.compute.siting.results import Search

# A move must win this much of the whole weight, a row may be passed by this much of its total: rounding, no more.
_TOLERANCE = 1e-12


@dataclass(slots=True)
class Core:
    """Weights w_i of the points, `covers` (options × points, ones), `rows` A (rows × options), `totals` b.

    `origin` gives the position of each option in the problem it came from, `shares` the largest part that it takes of
    a limit: a dear option must cover more to be worth it. `prices` is A by option, `dearest` the highest cost of a row.
    """

    weights: FloatArray
    covers: csr_array
    rows: csr_array
    totals: FloatArray
    origin: IntArray
    shares: FloatArray
    prices: csr_array = field(init=False)
    dearest: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.prices = self.rows.T.tocsr()
        self.dearest = _peaks(self.rows)

    def keep(self, options: IntArray) -> Core:
        """Return the core restricted to some options; points that none of them covers go, alike ones are merged."""
        covers, weights = merged(self.covers[options], self.weights)
        return Core(weights, covers, self.rows[:, options], self.totals, self.origin[options], self.shares[options])

    @property
    def whole(self) -> bool:
        """Return whether objectives are whole numbers: two that differ then differ by one at least."""
        return bool((self.weights == np.rint(self.weights)).all())


def _peaks(rows: csr_array) -> FloatArray:
    """Return the largest cost of each row."""
    return np.asarray(rows.max(axis=1).toarray(), dtype=np.float64).ravel() if rows.nnz else np.zeros(rows.shape[0])


def merged(covers: csr_array, weights: FloatArray) -> tuple[csr_array, FloatArray]:
    """Return the columns (points) of `covers` that some option covers, those alike made one of their total weight."""
    by_point = covers.T.tocsr()
    by_point.sort_indices()
    groups: dict[bytes, int] = {}
    group = np.full(by_point.shape[0], -1)
    first: list[int] = []
    for point in np.flatnonzero(np.diff(by_point.indptr)):
        key = by_point.indices[by_point.indptr[point] : by_point.indptr[point + 1]].tobytes()
        group[point] = groups.setdefault(key, len(groups))
        if group[point] == len(first):
            first.append(int(point))
    inside = group >= 0
    totals = np.bincount(group[inside], weights=weights[inside], minlength=len(first)).astype(np.float64)
    return by_point[first].T.tocsr(), totals


def undominated(covers: csr_array, rows: csr_array, conflicts: csr_array) -> IntArray:
    """Return the options worth considering.

    j is left out when some k covers all that j covers, costs no more in any row, and excludes no option that j does
    not exclude (j itself apart): k can stand for j in any choice. Among equals the first stays.
    """
    size = covers.shape[0]
    common = (covers @ covers.T).tocoo()
    alone = np.diff(covers.indptr)
    low, high = common.coords
    held = (common.data == alone[low]) & (low != high) & ((alone[high] > alone[low]) | _cheaper(rows, high, low))
    low, high = low[held], high[held]
    dense = rows.toarray()
    held = (dense[:, high] <= dense[:, low]).all(axis=0)
    low, high = low[held], high[held]
    if conflicts.nnz:
        closed = conflicts + csr_array((np.ones(size), (np.arange(size), np.arange(size))), shape=conflicts.shape)
        shared = np.asarray((closed[low] * conflicts[high]).sum(axis=1)).ravel()
        held = shared >= np.diff(conflicts.indptr)[high]
        low = low[held]
    return np.setdiff1d(np.arange(size), low)


def _cheaper(rows: csr_array, one: IntArray, other: IntArray) -> NDArray[np.bool_]:
    """Return where `one` goes before `other` among options that cover as much: the cheaper, else the first."""
    costs = np.asarray(rows.sum(axis=0), dtype=np.float64)
    return np.asarray((costs[one] < costs[other]) | ((costs[one] == costs[other]) & (one < other)))


def cliques(conflicts: csr_array) -> csr_array:
    """Return rows (cliques × options) whose « at most one » says all the conflicts, in few and large cliques."""
    size = conflicts.shape[0]
    free = conflicts.toarray() > 0
    near = free.copy()
    members: list[IntArray] = []
    for one in range(size):
        while free[one].any():
            clique = [one, int(free[one].argmax())]
            common = near[clique[0]] & near[clique[1]]
            while common.any():
                # First those whose conflict with the first member is not said yet.
                wanted = common & free[one]
                clique.append(int((wanted if wanted.any() else common).argmax()))
                common = common & near[clique[-1]]
            free[np.ix_(clique, clique)] = False
            members.append(np.array(clique))
    lines = np.repeat(np.arange(len(members)), [len(clique) for clique in members])
    columns = np.concatenate(members) if members else np.empty(0, dtype=np.intp)
    return csr_array((np.ones(len(columns)), (lines, columns)), shape=(len(members), size))


class Choice:
    """Options chosen so far, how many of them cover each point, what each row still allows."""

    def __init__(self, core: Core, chosen: Iterable[int] = ()) -> None:
        self.core = core
        self.chosen: list[int] = []
        self.counts = np.zeros(len(core.weights))
        self.room = core.totals * (1 + _TOLERANCE)
        for option in chosen:
            self.add(option)

    @property
    def value(self) -> float:
        return float(self.core.weights @ (self.counts > 0))

    def add(self, option: int) -> None:
        self.chosen.append(option)
        self._move(option, 1.0)

    def drop(self, option: int) -> None:
        self.chosen.remove(option)
        self._move(option, -1.0)

    def _move(self, option: int, sign: float) -> None:
        covers, prices = self.core.covers, self.core.prices
        self.counts[covers.indices[covers.indptr[option] : covers.indptr[option + 1]]] += sign
        lines = slice(prices.indptr[option], prices.indptr[option + 1])
        self.room[prices.indices[lines]] -= sign * prices.data[lines]

    def gains(self) -> FloatArray:
        """Return what each option would win; −∞ for those that have no room or are already chosen."""
        core = self.core
        gains = np.asarray(core.covers @ (core.weights * (self.counts <= 0)))
        gains[self.chosen] = -np.inf
        for line in np.flatnonzero(self.room < core.dearest):
            members = slice(core.rows.indptr[line], core.rows.indptr[line + 1])
            gains[core.rows.indices[members][core.rows.data[members] > self.room[line]]] = -np.inf
        return gains


def fill(core: Core, chosen: Iterable[int], taste: FloatArray) -> Choice:
    """Add options one by one while there is room, each time the one whose gain × taste is the highest."""
    choice = Choice(core, chosen)
    while True:
        gains = choice.gains()
        option = int((gains * taste).argmax())
        if not gains[option] > 0:
            return choice
        choice.add(option)


def climb(choice: Choice) -> Choice:
    """Take each option out in turn and put the best in its place, or one more, until a whole round wins nothing."""
    least = _TOLERANCE * float(choice.core.weights.sum())
    idle = 0
    while idle <= len(choice.chosen):
        # The chosen options stand in a queue: the first one leaves, what takes its place goes last; once in a round,
        # nobody leaves and one more may come.
        leaving = choice.chosen[0] if idle < len(choice.chosen) else None
        if leaving is not None:
            choice.drop(leaving)
        gains = choice.gains()
        option = int(gains.argmax())
        own = float(gains[leaving]) if leaving is not None else 0.0
        better = bool(gains[option] > own + least)
        if better:
            choice.add(option)
        elif leaving is not None:
            choice.add(leaving)
        idle = 0 if better else idle + 1
    return choice


def explore(core: Core, search: Search, seed: int, most: int, effort: int) -> None:
    """Meet good choices: greedy ones blurred by chance, then kicks of the best, each climbed to its top.

    There are at most `most` of them, fewer when they would go through more than `effort` pairs (option, point).
    """
    random = np.random.default_rng(seed)
    size = len(core.origin)
    thrift = 1 / np.maximum(core.shares, 1e-9)
    best: tuple[float, list[int]] = (-1.0, [])
    start, starts = 0, most
    while start < starts and not (start and search.late):
        taste = thrift if start % 2 else np.ones(size)
        kept: list[int] = []
        if start >= starts // 4 and len(best[1]) > 1:
            leaving = int(random.integers(1, 1 + len(best[1]) // 2))
            kept = [int(option) for option in random.permutation(best[1])[leaving:]]
        if start > 1:
            taste = taste * random.uniform(0.4, 1.0, size)
        choice = climb(fill(core, kept, taste))
        value = choice.value
        if value > best[0]:
            best = (value, choice.chosen)
        search.meet(tuple(int(core.origin[option]) for option in choice.chosen), value)
        start += 1
        starts = int(np.clip(effort // ((core.covers.nnz + 1) * (1 + len(best[1]))), 4, most))
