"""Kaplan–Meier, its band and the log-rank test, against figures computed by hand and a published example."""

from __future__ import annotations

import numpy as np
import pytest

from maillage.foundations.compute.survival import kaplan_meier, logrank

# Freireich et al., Blood 21 (1963): weeks of remission of leukaemia, under 6-MP (some censored) and under placebo.
MP = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], float)
MP_SEEN = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], float)


def test_the_published_curve() -> None:
    curve = kaplan_meier(MP, MP_SEEN)
    assert curve.temps.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.a_risque.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.evenements.tolist() == [3, 1, 1, 1, 1, 1, 1]
    expected = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve.survie.tolist() == pytest.approx(expected, abs=5e-5)
    assert curve.mediane == 23


def test_by_hand() -> None:
    """1, 2+, 3, 4: 3/4 after 1, then 1/2 of it after 3, then nobody; the band at 1 is that of log(−log 3/4)."""
    curve = kaplan_meier(np.array([1.0, 2, 3, 4]), np.array([True, False, True, True]))
    assert curve.survie.tolist() == pytest.approx([0.75, 0.375, 0.0])
    # Greenwood at 1: 1 / (4 × 3); spread 1.96 × sqrt(1/12) / ln(0.75) = −1.9667
    assert curve.at(1) == pytest.approx((0.75, 0.75 ** np.exp(1.96672), 0.75 ** np.exp(-1.96672)), abs=1e-4)
    assert np.isnan(curve.bas[-1])
    assert curve.at(0.5) == (1, 1, 1)
    assert curve.at(2.9)[0] == 0.75


def test_nobody_left_gives_no_step_and_no_median() -> None:
    curve = kaplan_meier(np.array([3.0, 5.0]), np.array([False, False]))
    assert (curve.temps.size, curve.mediane, curve.at(10)) == (0, None, (1, 1, 1))


def test_the_published_comparison() -> None:
    """Chi-square of 16.79 (Kleinbaum and Klein, Survival Analysis, chapter 2)."""
    durees = np.concatenate([MP, PLACEBO])
    seen = np.concatenate([MP_SEEN, np.ones(21, bool)])
    first = np.arange(42) < 21
    statistic, p = logrank(durees, seen, first)
    assert statistic == pytest.approx(16.793, abs=1e-3)
    assert p == pytest.approx(4.17e-5, rel=0.01)
    assert logrank(durees, seen, ~first)[0] == pytest.approx(statistic)


@pytest.mark.parametrize(("durees", "seen"), [([], []), ([-1.0], [True]), ([1.0, 2.0], [True])])
def test_what_is_no_duration_is_refused(durees: list[float], seen: list[bool]) -> None:
    with pytest.raises(ValueError, match="durations"):
        kaplan_meier(np.array(durees, float), np.array(seen, bool))


def test_one_group_is_compared_to_nothing() -> None:
    with pytest.raises(ValueError, match="two groups"):
        logrank(MP, MP_SEEN, np.ones(21, bool))
    with pytest.raises(ValueError, match="nothing happened"):
        logrank(np.array([1.0, 2.0]), np.zeros(2, bool), np.array([True, False]))
