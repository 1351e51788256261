"""Nothing withheld can be found again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from maillage.foundations.compute.secrecy import bridges, with_totals, withhold

LEAST = 5
TABLES = arrays.arrays(
    np.int64,
    st.tuples(st.integers(1, 7), st.integers(1, 6)),
    elements=st.one_of(st.integers(0, 6), st.integers(0, 60)),
)


def determined(mask: np.ndarray) -> set[tuple[int, int]]:
    """Return the withheld cells that the linear relations of the table fix, by the algebra of an attacker."""
    cells = [tuple(map(int, cell)) for cell in np.argwhere(mask)]
    rows, columns = mask.shape
    relations = np.zeros((rows + columns, len(cells)))
    for place, (row, column) in enumerate(cells):
        relations[row, place] = -1 if column == columns - 1 else 1
        relations[rows + column, place] = -1 if row == rows - 1 else 1
    _, values, basis = np.linalg.svd(relations)
    free = basis[int((values > 1e-9).sum()) :]
    return {cell for place, cell in enumerate(cells) if not np.any(np.abs(free[:, place]) > 1e-9)}


@given(TABLES)
def test_no_small_count_is_told_nor_found_again(counts: np.ndarray) -> None:
    table, mask = with_totals(counts), withhold(counts, LEAST)

    assert not ((table > 0) & (table < LEAST))[~mask].any()
    assert determined(mask) == set()


@given(TABLES)
def test_what_a_line_withholds_is_never_a_small_group(counts: np.ndarray) -> None:
    table, mask = with_totals(counts), withhold(counts, LEAST)

    for lines, hidden in ((table, mask), (table.T, mask.T)):
        for values, line in zip(lines, hidden, strict=True):
            if line.any() and not line[-1]:
                assert values[:-1][line[:-1]].sum() >= LEAST


@given(TABLES)
def test_a_table_without_small_counts_is_told_whole(counts: np.ndarray) -> None:
    assert not withhold(counts + LEAST, LEAST).any()


@given(arrays.arrays(np.bool_, st.tuples(st.integers(2, 6), st.integers(2, 6))))
def test_bridges_are_what_algebra_finds(mask: np.ndarray) -> None:
    assert bridges(mask) == determined(mask)


@pytest.mark.parametrize(
    ("counts", "withheld"),
    [
        ([[10, 20], [30, 40]], []),
        ([[3]], [(0, 0), (0, 1), (1, 0), (1, 1)]),
        ([[3, 20], [30, 40]], [(0, 0), (0, 1), (1, 0), (1, 1)]),
        ([[3, 20, 50], [30, 40, 60], [7, 9, 90]], [(0, 0), (0, 1), (2, 0), (2, 1)]),
        ([[1, 2], [30, 40]], [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]),
        ([[0, 20], [30, 40]], []),
        ([[0, 3, 9], [0, 40, 50]], [(0, 1), (0, 2), (1, 1), (1, 2)]),
        ([[0, 0], [0, 0]], []),
    ],
)
def test_which_cells_are_withheld(counts: list[list[int]], withheld: list[tuple[int, int]]) -> None:
    mask = withhold(np.array(counts), LEAST)
    assert [tuple(map(int, cell)) for cell in np.argwhere(mask)] == withheld


@pytest.mark.parametrize("counts", [np.zeros((0, 2), np.int64), np.array([[-1]]), np.array([1, 2])])
def test_a_table_that_is_none_is_refused(counts: np.ndarray) -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        withhold(counts, LEAST)
