"""Decays by hand, and what every one of them must be."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.compute.decays import (
    FAMILIES,
    bounded_gaussian,
    constant,
    epanechnikov,
    exponential,
    gaussian,
    power,
    rings,
    step,
)

HALF = exp(-0.5)


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        (constant(), [1, 1, 1, 1]),
        (gaussian(5_000.0), [1, HALF, exp(-2), exp(-8)]),
        (exponential(5_000.0), [1, exp(-1), exp(-2), exp(-4)]),
        (power(5_000.0), [1, 1, 1 / 4, 1 / 16]),
        (power(5_000.0, exponent=1.0), [1, 1, 1 / 2, 1 / 4]),
        (epanechnikov(10_000.0), [1, 3 / 4, 0, 0]),
        (bounded_gaussian(10_000.0), [1, (exp(-1 / 8) - HALF) / (1 - HALF), 0, 0]),
        (rings(15_000.0), [1, 1, 0.68, 0]),
        (step({5_000: 0.9, 20_000: 0.1}), [0.9, 0.9, 0.1, 0.1]),
    ],
)
def test_at_the_door_at_5_at_10_and_at_20_km(decay, expected):
    distances = np.array([0.0, 5_000.0, 10_000.0, 20_000.0])

    np.testing.assert_allclose(decay(distances), expected, rtol=1e-15, atol=1e-17)
    assert distances.tolist() == [0.0, 5_000.0, 10_000.0, 20_000.0]  # what it was given is left as it was


def test_steps_hold_their_upper_bound():
    decay = step({1000: 1.0, 2000: 0.5})

    assert decay(np.array([0.0, 1000.0, 1000.1, 2000.0, 2000.1])).tolist() == [1.0, 1.0, 0.5, 0.5, 0.0]


@pytest.mark.parametrize("code", FAMILIES)
@given(radius=st.floats(100.0, 60_000.0), part=st.floats(0.05, 2.0))
def test_every_family_starts_at_one_and_never_rises(code, radius, part):
    weights = FAMILIES[code].build(radius, radius * part)(np.linspace(0.0, radius, 50))

    assert weights[0] == pytest.approx(1.0, rel=1e-15)
    assert (np.diff(weights) <= 0).all()
    assert (weights >= 0).all()


@pytest.mark.parametrize("code", FAMILIES)
def test_sigma_bends_the_families_that_say_so(code):
    distances = np.linspace(0.0, 15_000.0, 20)
    family = FAMILIES[code]

    narrow, wide = (family.build(15_000.0, sigma)(distances).tolist() for sigma in (3_000.0, 6_000.0))

    assert (narrow != wide) is family.bends


@pytest.mark.parametrize(
    "make",
    [
        lambda: gaussian(0),
        lambda: gaussian(np.nan),
        lambda: exponential(-1),
        lambda: power(5_000, exponent=0),
        lambda: epanechnikov(0),
        lambda: bounded_gaussian(0),
        lambda: rings(0),
        lambda: step({}),
        lambda: step({1: -1}),
        lambda: step({1: np.nan}),
        lambda: step({np.nan: 1}),
    ],
)
def test_a_decay_that_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError, match=r"must be positive|step decay needs"):
        make()
