from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.compute.classes import classify, quantile_bounds, roundest


@pytest.mark.parametrize(
    ("low", "high", "near", "expected"),
    [
        (0.0, 1.0, 0.5, 1.0),
        (1.3, 2.7, 2.1, 2.0),
        (0.0123, 0.0189, 0.015, 0.015),
        (99.2, 101.4, 100.0, 100.0),
        (131.0, 148.0, 140.0, 140.0),
        (-3.2, -1.1, -2.2, -2.0),
        (-1.0, 1.0, 0.0, 0.0),
        (7.0, 8.0, 7.0, 8.0),
    ],
)
def test_roundest_is_the_number_with_fewest_digits_near_the_middle(low, high, near, expected):
    assert roundest(low, high, near=near) == expected


def test_roundest_refuses_an_empty_interval():
    with pytest.raises(ValueError, match="empty interval"):
        roundest(1.0, 1.0, near=1.0)


def test_hundred_even_values_make_five_even_classes_with_round_bounds():
    values = np.arange(1.0, 101.0)

    bounds = quantile_bounds(values, 5)

    assert bounds == (20.0, 40.0, 60.0, 80.0)
    assert np.bincount(classify(values, bounds)).tolist() == [19, 20, 20, 20, 21]


def test_a_crowd_of_zeros_is_a_class_of_its_own():
    values = np.array([0.0] * 80 + [1.0] * 8 + [2.0] * 6 + [3.0] * 4 + [9.0] * 2)

    bounds = quantile_bounds(values, 4)

    assert bounds[0] == 1.0
    assert (classify(values, bounds) == 0).sum() == 80


def test_unknown_values_have_no_class_and_move_no_bound():
    values = np.array([np.nan, 1.0, 2.0, np.nan, 3.0, 4.0])

    bounds = quantile_bounds(values, 2)

    assert bounds == quantile_bounds(values[np.isfinite(values)], 2)
    assert classify(values, bounds).tolist() == [-1, 0, 0 if bounds[0] > 2 else 1, -1, 1, 1]


@pytest.mark.parametrize("values", [[], [np.nan], [3.0], [3.0, 3.0, 3.0]])
def test_one_distinct_value_or_none_needs_no_bound(values):
    assert quantile_bounds(np.array(values, dtype=float), 5) == ()


@pytest.mark.parametrize("classes", [0, 8])
def test_too_many_or_no_classes_are_refused(classes):
    with pytest.raises(ValueError, match="between 1 and 7"):
        quantile_bounds(np.array([1.0, 2.0]), classes)


@given(
    st.lists(st.integers(-10_000, 10_000).map(lambda value: value / 100), min_size=2, max_size=60),
    st.integers(1, 7),
)
def test_bounds_increase_no_class_is_empty_and_the_order_of_values_does_not_matter(values, classes):
    array = np.array(values)

    bounds = quantile_bounds(array, classes)

    assert list(bounds) == sorted(set(bounds))
    assert len(bounds) <= classes - 1
    assert (np.bincount(classify(array, bounds), minlength=len(bounds) + 1) > 0).all()
    assert bounds == quantile_bounds(array[::-1], classes)
