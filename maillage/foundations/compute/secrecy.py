"""Statistical secrecy of a table of counts published with its totals: what to withhold so that nothing leads back.

A withheld cell must not be found again by subtraction. Seen as a graph whose nodes are the lines (each row, each
column, the row and the column of totals) and whose edges are the withheld cells, a cell is found again when its edge
lies on no cycle: every linear relation of a table with two dimensions is a sum over one of its lines. So cells are
withheld, the smallest first, until no edge is a bridge; and until the cells withheld in a line are together as many as
a cell must be to be published, since the line tells their sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts: TypeAlias = NDArray[np.int64]
    Mask: TypeAlias = NDArray[np.bool_]

Edge: TypeAlias = tuple[int, int]


def with_totals(counts: Counts) -> Counts:
    """Return the table with a last column and a last row of totals."""
    rows = np.hstack([counts, counts.sum(axis=1, keepdims=True)])
    return np.vstack([rows, rows.sum(axis=0, keepdims=True)])


def withhold(counts: Counts, least: int) -> Mask:
    """Return which cells of `with_totals(counts)` to withhold so that no count of 1 to `least - 1` is told.

    A zero is published: it speaks of nobody. Raise `ValueError` when the table has no cell or a negative count.
    """
    if counts.ndim != 2 or not counts.size or counts.min() < 0:
        raise ValueError("a table of counts has two dimensions, a cell at least and nothing under zero")
    table = with_totals(counts)
    mask: Mask = (table > 0) & (table < least)
    while (cell := _next(table, mask, least)) is not None:
        mask[cell] = True
    return mask


def withhold_line(counts: Counts, least: int) -> Mask:
    """Return which counts of a line to withhold so that none of 1 to `least - 1` is told, its total being known.

    Two at least are withheld, or none, and their sum reaches `least`: the smallest join them until then. Raise
    `ValueError` when a count is negative.
    """
    if counts.ndim != 1 or (counts < 0).any():
        raise ValueError("a line of counts has one dimension and nothing under zero")
    mask: Mask = (counts > 0) & (counts < least)
    for position in np.argsort(counts, kind="stable").tolist():
        if not mask.any() or (mask.sum() > 1 and counts[mask].sum() >= least):
            break
        if counts[position] > 0:
            mask[position] = True
    return mask


def _next(table: Counts, mask: Mask, least: int) -> Edge | None:
    """Return one more cell to withhold, None when the table is safe."""
    for axis in (0, 1):
        for position in range(table.shape[axis]):
            if (found := _too_few(table, mask, least, axis, position)) is not None:
                return found
    for row, column in sorted(bridges(mask), key=lambda cell: (int(table[cell]), cell)):
        if (found := _smallest(table, mask, 0, row)) is not None:
            return found
        if (found := _smallest(table, mask, 1, column)) is not None:
            return found
    return None


def _too_few(table: Counts, mask: Mask, least: int, axis: int, position: int) -> Edge | None:
    """Return a cell to add to a line whose withheld cells are one alone, or whose known sum is itself too small."""
    hidden = mask[position] if axis == 0 else mask[:, position]
    if not hidden.any():
        return None
    values = table[position] if axis == 0 else table[:, position]
    # The last cell of a line is the sum of the others: what it tells of them is the difference.
    told = None if hidden[-1] else int(values[:-1][hidden[:-1]].sum())
    if hidden.sum() > 1 and (told is None or told >= least):
        return None
    return _smallest(table, mask, axis, position)


def _smallest(table: Counts, mask: Mask, axis: int, position: int) -> Edge | None:
    """Return the smallest published cell of a line; a total hides less well, a zero hides nothing."""
    hidden = mask[position] if axis == 0 else mask[:, position]
    values = table[position] if axis == 0 else table[:, position]
    free = [place for place in range(len(hidden)) if not hidden[place]]
    if not free:
        return None
    best = min(free, key=lambda place: (not values[place], place == len(hidden) - 1, int(values[place]), place))
    return (position, best) if axis == 0 else (best, position)


def bridges(mask: Mask) -> set[Edge]:
    """Return the withheld cells that lie on no cycle: those that subtractions find again."""
    rows, columns = mask.shape
    neighbours: list[list[int]] = [[] for _ in range(rows + columns)]
    for row, column in zip(*np.nonzero(mask), strict=True):
        neighbours[row].append(rows + int(column))
        neighbours[rows + column].append(int(row))
    found: set[Edge] = set()
    seen: dict[int, int] = {}

    def visit(node: int, parent: int) -> int:
        lowest = seen[node] = len(seen)
        for other in neighbours[node]:
            if other == parent:
                continue
            if other in seen:
                lowest = min(lowest, seen[other])
                continue
            below = visit(other, node)
            if below > seen[node]:
                found.add((min(node, other), max(node, other) - rows))
            lowest = min(lowest, below)
        return lowest

    for node in range(rows + columns):
        if node not in seen:
            visit(node, -1)
    return found
