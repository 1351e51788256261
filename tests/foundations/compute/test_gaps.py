"""What is missing, where a supply gathers, and what chance explains."""

from __future__ import annotations

from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.compute.gaps import funnel, gap


def test_the_gap_is_in_units_of_supply_and_never_negative():
    """2 per 1,000 are wanted: 1,000 people at 0.5 lack 1.5, 4,000 at 2 or more lack nothing."""
    need, scores = np.array([1000.0, 4000.0, 4000.0, 300.0, np.nan]), np.array([0.0005, 0.002, 0.003, np.nan, 0.001])

    np.testing.assert_allclose(gap(need, scores, 0.002), [1.5, 0, 0, np.nan, np.nan], rtol=1e-12)


def test_what_lacks_everywhere_is_the_target_less_what_there_is():
    need, scores = np.array([100.0, 200.0]), np.array([0.01, 0.02])

    assert gap(need, scores, 0.05).sum() == pytest.approx(0.05 * 300 - (100 * 0.01 + 200 * 0.02))


@pytest.mark.parametrize("bad", [np.nan, -0.1])
def test_an_unknown_or_negative_target_is_refused(bad):
    with pytest.raises(ValueError, match="the target must be known"):
        gap(np.ones(1), np.ones(1), bad)


def cumulated(count, expected):
    return sum(exp(-expected) * expected**k / factorial(k) for k in range(count + 1))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5_000)), min_size=1, max_size=8))
def test_the_limits_of_a_funnel_are_quantiles_of_the_poisson_law(drawn):
    counts, exposure = (np.array(column, dtype=float) for column in zip(*drawn, strict=True))

    result = funnel(counts, exposure)

    assert result.rate == pytest.approx(counts.sum() / exposure.sum())
    for people, lower, upper in zip(exposure, result.lower, result.upper, strict=True):
        expected = result.rate * people
        for limit, level in ((lower * people, 0.025), (upper * people, 0.975)):
            count = round(limit)
            assert count == pytest.approx(limit, abs=1e-9)
            assert cumulated(count, expected) >= level - 1e-9
            assert count == 0 or cumulated(count - 1, expected) < level + 1e-9


def test_a_small_territory_may_have_none_by_chance_and_a_large_one_may_not():
    """4 per 1,000 in all: 500 people expect 2, but none in e⁻² = 14 % of cases; 5,000 expect 20, 12 to 29 by chance."""
    result = funnel(np.array([0.0, 22.0, np.nan, 3.0]), np.array([500.0, 5000.0, 100.0, 0.0]))

    assert result.rate == 0.004
    np.testing.assert_allclose(result.rates, [0, 0.0044, np.nan, np.nan], rtol=1e-15)
    np.testing.assert_allclose(result.lower, [0, 12 / 5000, np.nan, np.nan], rtol=1e-15)
    np.testing.assert_allclose(result.upper, [5 / 500, 29 / 5000, np.nan, np.nan], rtol=1e-15)


def test_a_funnel_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="chance lies between 0 and 1"):
        funnel(np.ones(1), np.ones(1), chance=1.0)
    with pytest.raises(ValueError, match="no territory has both"):
        funnel(np.array([np.nan]), np.ones(1))
