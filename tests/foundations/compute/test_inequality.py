"""Inequality by hand, by a double loop over people, and by what must leave it unchanged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.compute.inequality import bottom, gini, lorenz, quantiles

rows = st.lists(st.tuples(st.integers(0, 1_000), st.integers(1, 500)), min_size=1, max_size=15).filter(
    lambda drawn: any(value for value, _ in drawn)
)


def arrays(drawn):
    return tuple(np.array(column, dtype=float) for column in zip(*drawn, strict=True))


# --- by hand -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([5, 5, 5], [1, 20, 3], 0),
        ([1, 3], [1, 1], 1 / 4),
        ([1, 3], [3, 1], 1 / 4),  # half of what there is for a quarter of the public: ¾ - ½
        ([0, 1], [9, 1], 9 / 10),  # one in ten has it all
        ([1, 2, 3], [1, 1, 1], 2 / 9),
        ([1, np.nan, 3, 7], [1, 8, 1, np.nan], 1 / 4),
        ([1, 3, 9], [1, 1, 0], 1 / 4),
    ],
)
def test_gini(values, weights, expected):
    assert gini(np.array(values, dtype=float), np.array(weights, dtype=float)) == pytest.approx(expected, abs=1e-15)


def test_lorenz_goes_from_the_worst_served_to_the_best():
    """20 people reach 1 each, 30 reach 2, 50 reach 4: 20, then 80, then 280."""
    people, reached = lorenz(np.array([4.0, 1.0, 2.0]), np.array([50.0, 20.0, 30.0]))

    np.testing.assert_allclose(people, [0, 0.2, 0.5, 1], rtol=1e-15)
    np.testing.assert_allclose(reached, [0, 20 / 280, 80 / 280, 1], rtol=1e-15)


def test_quantiles_are_values_of_the_public_and_not_of_the_units():
    """Of 100 people 10 reach 1, 80 reach 2, 10 reach 50: the bound of a share is in."""
    values, weights = np.array([50.0, 1.0, 2.0]), np.array([10.0, 10.0, 80.0])

    assert quantiles(values, weights).tolist() == [1.0, 2.0, 2.0]
    assert quantiles(values, weights, [0.0, 0.101, 0.9, 0.901, 1.0]).tolist() == [1.0, 2.0, 2.0, 50.0, 50.0]


def test_the_worst_decile_of_units_holds_fewer_or_more_than_a_tenth_of_the_public():
    """The worst of ten units holds 550 people of 1 000, who reach 550 of 4 600."""
    values, weights = np.arange(1.0, 11.0), np.array([550.0] + [50.0] * 9)

    result = bottom(values, weights)

    assert result.threshold == 1.0
    assert result.units.tolist() == [0]
    assert result.public == pytest.approx(0.55)
    assert result.supply == pytest.approx(550 / (550 + 50 * 54))


def test_units_that_tie_with_the_last_of_the_worst_are_in():
    result = bottom(np.array([0.0, 0.0, 3.0, np.nan]), np.array([10.0, 30.0, 60.0, 9.0]), part=0.3)

    assert result.units.tolist() == [0, 1]
    assert (result.public, result.supply) == (0.4, 0.0)


# --- laws ----------------------------------------------------------------------------------------------------------


@given(rows)
def test_gini_is_half_the_mean_difference_between_two_people_over_the_mean(drawn):
    values, weights = arrays(drawn)
    average = (values * weights).sum() / weights.sum()

    difference = sum(
        mine * theirs * abs(value - other)
        for value, mine in zip(values, weights, strict=True)
        for other, theirs in zip(values, weights, strict=True)
    )

    expected = difference / (2 * weights.sum() ** 2 * average)
    assert gini(values, weights) == pytest.approx(expected, rel=1e-12, abs=1e-14)
    assert -1e-14 <= gini(values, weights) < 1


@given(rows, st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_unit_of_values_and_of_weights_does_not_matter(drawn, scale, share):
    values, weights = arrays(drawn)

    assert gini(values * scale, weights * share) == pytest.approx(gini(values, weights), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(
        quantiles(values * scale, weights * share), quantiles(values, weights) * scale, rtol=1e-12
    )


@given(rows, st.floats(0.01, 0.99), st.randoms(use_true_random=False))
def test_a_unit_split_in_two_and_the_order_of_units_do_not_matter(drawn, share, random):
    values, weights = arrays(drawn)
    order = list(range(len(values) + 1))
    random.shuffle(order)
    split = np.append(values, values[0])[order]
    parts = np.concatenate([[weights[0] * share], weights[1:], [weights[0] * (1 - share)]])[order]

    assert gini(split, parts) == pytest.approx(gini(values, weights), rel=1e-9, abs=1e-12)
    assert quantiles(split, parts).tolist() == quantiles(values, weights).tolist()


@given(rows)
def test_a_lorenz_curve_is_convex_and_under_the_diagonal(drawn):
    people, reached = lorenz(*arrays(drawn))

    assert (people[0], reached[0], people[-1], reached[-1]) == (0, 0, 1, 1)
    assert (reached <= people + 1e-12).all()
    slopes = np.diff(reached) / np.diff(people)
    assert (np.diff(slopes) >= -1e-9 * slopes.max()).all()


# --- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", [gini, lorenz, bottom])
def test_shares_of_nothing_are_refused(measure):
    with pytest.raises(ValueError, match="nothing is reached"):
        measure(np.zeros(3), np.ones(3))


@pytest.mark.parametrize("measure", [gini, lorenz, quantiles, bottom])
@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([np.nan], [1.0], "no value is known"),
        ([1.0], [0.0], "no value is known"),
        ([], [], "no value is known"),
        ([-1.0, 2.0], [1.0, 1.0], "may not be negative"),
        ([1.0, 2.0], [1.0], "one weight per value"),
    ],
)
def test_what_makes_no_sense_is_refused(measure, values, weights, message):
    with pytest.raises(ValueError, match=message):
        measure(np.array(values), np.array(weights))


@pytest.mark.parametrize("measure", [gini, lorenz, quantiles, bottom])
def test_a_negative_weight_is_refused(measure):
    with pytest.raises(ValueError, match="may not be negative"):
        measure(np.array([1.0, 2.0]), np.array([-1.0, 1.0]))
