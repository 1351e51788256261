"""A total reaches the units that nothing is known of, exactly, and never through a secret."""

from __future__ import annotations

import numpy as np
import pytest

from maillage.foundations.compute.spreading import Constat, spread

NAN = np.nan


@pytest.mark.parametrize(
    ("values", "secret", "total", "weights", "constat", "expected"),
    [
        # nothing below: all of it, in proportion
        ([NAN, NAN], [], 90, [1, 2], Constat.REPARTI, [30, 60]),
        # what is known stays; the rest goes to the others
        ([40, NAN, NAN], [], 100, [9, 1, 3], Constat.REPARTI, [40, 15, 45]),
        # known to be nothing
        ([100, NAN], [], 100, [1, 1], Constat.REPARTI, [100, 0]),
        # a zero weight receives nothing, and is known
        ([NAN, NAN], [], 10, [0, 5], Constat.REPARTI, [0, 10]),
        # a secret below or above: nothing moves
        ([40, NAN, NAN], [1], 100, [1, 1, 1], Constat.SECRET, [40, NAN, NAN]),
        ([40, NAN], [], NAN, [1, 1], Constat.SECRET, [40, NAN]),
        # every unit is told: there is nothing to spread, even when the total differs
        ([40, NAN], [1], 100, [1, 1], Constat.COMPLET, [40, NAN]),
        ([40, 60], [], 120, [1, 1], Constat.COMPLET, [40, 60]),
        # a total under what is known contradicts it; within the rounding, it does not
        ([40, NAN], [], 30, [1, 1], Constat.CONTRADICTOIRE, [40, NAN]),
        ([40, NAN], [], 39.5, [1, 1], Constat.REPARTI, [40, 0]),
        # a key that lacks a unit, or has nobody, is no key
        ([40, NAN, NAN], [], 100, [1, 1, NAN], Constat.SANS_CLE, [40, NAN, NAN]),
        ([40, NAN], [], 100, [1, 0], Constat.SANS_CLE, [40, NAN]),
        ([40, NAN], [], 100, [1, -1], Constat.SANS_CLE, [40, NAN]),
    ],
)
def test_spread(values, secret, total, weights, constat, expected):
    mask = np.zeros(len(values), dtype=bool)
    mask[secret] = True
    given = np.array(values, dtype=float)

    found, result = spread(given, mask, total, np.array(weights, dtype=float))

    assert found == constat
    np.testing.assert_array_equal(result, np.array(expected, dtype=float))
    np.testing.assert_array_equal(given, np.array(values, dtype=float))


def test_what_is_spread_adds_up_to_the_total():
    draw = np.random.default_rng(7)
    for _ in range(50):
        values = np.where(draw.random(200) < 0.4, draw.integers(0, 500, 200).astype(float), NAN)
        total = float(np.nansum(values)) + draw.integers(0, 10_000)
        constat, result = spread(values, np.zeros(200, dtype=bool), total, draw.random(200))

        assert constat == Constat.REPARTI
        assert result.sum() == pytest.approx(total, rel=1e-12)
        np.testing.assert_array_equal(result[~np.isnan(values)], values[~np.isnan(values)])
