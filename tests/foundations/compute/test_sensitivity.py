"""How ranks move, by hand and against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, rankdata

from maillage.foundations.compute.sensitivity import sensitivity

scores = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12)


def test_five_units_and_two_variants():
    """The variants swap the first two units, then send the first one to the top."""
    base = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    result = sensitivity(base, [np.array([2.0, 1.0, 3.0, 4.0, 5.0]), np.array([9.0, 2.0, 3.0, 4.0, 5.0])], part=0.4)

    assert result.ranks.tolist() == [1, 2, 3, 4, 5]
    assert result.lowest.tolist() == [1, 1, 2, 3, 4]
    assert result.highest.tolist() == [5, 2, 3, 4, 5]
    assert result.always.tolist() == [False, True, False, False, False]
    np.testing.assert_allclose(result.kendall, [1 - 2 * 1 / 10, 1 - 2 * 4 / 10], rtol=1e-15)
    np.testing.assert_allclose(result.spearman, [1 - 6 * 2 / 120, 1 - 6 * 20 / 120], rtol=1e-15)
    assert result.kept.tolist() == [1.0, 0.5]


def test_equal_scores_share_the_best_rank_and_the_bottom_set():
    result = sensitivity(np.array([3.0, 1.0, 1.0, 2.0]), [np.array([3.0, 1.0, 2.0, 2.0])], part=0.25)

    assert result.ranks.tolist() == [4, 1, 1, 3]
    assert result.always.tolist() == [False, True, False, False]
    assert result.kept.tolist() == [0.5]


def test_a_unit_unknown_somewhere_has_no_rank_and_takes_none():
    result = sensitivity(np.array([1.0, np.nan, 3.0, 4.0]), [np.array([1.0, 2.0, 3.0, np.nan])])

    np.testing.assert_array_equal(result.ranks, [1, np.nan, 2, np.nan])
    np.testing.assert_array_equal(result.highest, [1, np.nan, 2, np.nan])
    assert result.always.tolist() == [True, False, False, False]


def test_when_all_are_equal_nothing_is_correlated():
    result = sensitivity(np.ones(3), [np.ones(3)])

    assert np.isnan([result.kendall[0], result.spearman[0]]).all()
    assert result.kept.tolist() == [1.0]


@given(st.one_of(scores, st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=2, max_size=40)))
def test_the_coefficients_are_those_of_scipy(drawn):
    base, *variants = (np.array(column, dtype=float) for column in zip(*drawn, strict=True))

    result = sensitivity(base, variants)

    for variant, tau, rho in zip(variants, result.kendall, result.spearman, strict=True):
        np.testing.assert_allclose(tau, kendalltau(base, variant).statistic, rtol=1e-12, atol=1e-12)
        ranks = [rankdata(values) for values in (base, variant)]
        expected = np.corrcoef(ranks)[0, 1] if np.ptp(base) and np.ptp(variant) else np.nan
        np.testing.assert_allclose(rho, expected, rtol=1e-9, atol=1e-9)


@given(scores)
def test_the_ranks_are_those_of_scipy(drawn):
    base, *variants = table = np.array(drawn, dtype=float).T

    result = sensitivity(base, variants)

    ranks = rankdata(table, method="min", axis=1)
    assert result.ranks.tolist() == ranks[0].tolist()
    assert result.lowest.tolist() == ranks.min(axis=0).tolist()
    assert result.highest.tolist() == ranks.max(axis=0).tolist()


@given(scores, st.floats(0.01, 100))
def test_a_scale_moves_no_rank(drawn, scale):
    base = np.array(drawn, dtype=float)[:, 0]

    result = sensitivity(base, [base * scale, base])

    assert result.lowest.tolist() == result.ranks.tolist() == result.highest.tolist()
    assert result.kept.tolist() == [1.0, 1.0]


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="variants are expected"):
        sensitivity(np.ones(2), [])
    with pytest.raises(ValueError, match="each with a score for every unit"):
        sensitivity(np.ones(2), [np.ones(3)])
    with pytest.raises(ValueError, match="no unit is known"):
        sensitivity(np.array([1.0, np.nan]), [np.array([np.nan, 1.0])])
