"""Shares that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maillage.demo.calibration import apportion, apportion_by, balance, interleave

WEIGHTS = arrays(np.float64, st.integers(1, 30), elements=st.floats(0.1, 1e6))


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [(10, [1, 1, 1], [4, 3, 3]), (100, [23, 14, 63], [23, 14, 63]), (7, [5, 3, 2], [4, 2, 1]), (0, [1, 2], [0, 0])],
)
def test_the_largest_remainders_take_what_is_left(total: int, weights: list[float], expected: list[int]) -> None:
    assert apportion(total, np.array(weights, dtype=float)).tolist() == expected


@given(st.integers(0, 10**9), WEIGHTS)
def test_parts_add_up_and_stay_within_one_of_their_quota(total: int, weights: np.ndarray) -> None:
    parts = apportion(total, weights)

    assert parts.sum() == total
    assert (np.abs(parts - weights / weights.sum() * total) < 1 + 1e-6).all()


@pytest.mark.parametrize(("total", "weights"), [(-1, [1.0]), (3, []), (3, [0.0, 0.0])])
def test_nothing_is_shared_without_a_total_or_weights(total: int, weights: list[float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        apportion(total, np.array(weights))


def test_each_group_shares_its_own_total() -> None:
    groups = np.array([0, 1, 0, 1, 1])

    assert apportion_by([10, 3], groups, np.array([3.0, 1, 2, 1, 1])).tolist() == [6, 1, 4, 1, 1]


def test_a_table_is_balanced_to_its_sums_and_keeps_its_zeros() -> None:
    table = balance(np.array([[1.0, 2, 0], [3, 1, 1]]), np.array([30.0, 70]), np.array([50.0, 40, 10]))

    np.testing.assert_allclose(table.sum(axis=1), [30, 70])
    np.testing.assert_allclose(table.sum(axis=0), [50, 40, 10])
    assert table[0, 2] == 0


@pytest.mark.parametrize(
    ("seed", "rows", "columns"),
    [([[1.0, 1], [1, 1]], [1.0, 1], [5.0, 5]), ([[1.0, 0], [1, 0]], [1.0, 1], [1.0, 1])],
    ids=["different totals", "an empty column"],
)
def test_sums_out_of_reach_are_told(seed: list[list[float]], rows: list[float], columns: list[float]) -> None:
    with pytest.raises(ValueError, match=r"different totals|out of reach"):
        balance(np.array(seed), np.array(rows), np.array(columns))


def test_any_stretch_of_an_interleaving_holds_the_same_mix() -> None:
    kinds = interleave([60, 30, 10])

    assert np.bincount(kinds).tolist() == [60, 30, 10]
    assert np.abs(np.bincount(kinds[20:40]) - [12, 6, 2]).max() <= 1
