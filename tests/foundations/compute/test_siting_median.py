"""The p-median against hand computation, against every possible choice, and against its own promises."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.accessibility import mainland
from maillage.foundations.compute.siting import Median, Preuve, Progress, minimise_distance
from maillage.foundations.compute.siting.median import Interchange, _Field

ORIGIN = np.array([650_000.0, 6_860_000.0])  # the heart of Île-de-France, in Lambert-93


def points(*kilometres):
    """Places along a road, at so many kilometres."""
    return ORIGIN + np.array([[1000.0 * kilometre, 0.0] for kilometre in kilometres])


def value(problem, chosen):
    nearest = np.minimum(problem.nearest, problem.distances[:, list(chosen)].min(axis=1))
    held = problem.weights > 0
    return float(problem.weights[held] @ nearest[held])


def best_of_all(problem):
    """Every choice of sites, by brute force."""
    return min(value(problem, chosen) for chosen in combinations(np.flatnonzero(problem.allowed), problem.count))


# --- by hand -------------------------------------------------------------------------------------------------------


def test_one_site_goes_to_the_median():
    """On a road the weighted median: half of the 60 people live before km 5, half after; 30 × 5 + 20 × 5 + 0."""
    towns = points(0, 5, 10)

    found = minimise_distance(Median.between(np.array([25.0, 10.0, 20.0]), towns, towns, 1))

    assert (found.chosen, found.objective, found.bound) == ((1,), 225_000.0, 225_000.0)
    assert (found.gap, found.preuve) == (0.0, Preuve.OPTIMALE)


def test_existing_structures_keep_those_they_are_the_nearest_of():
    """A structure at km 0 already: the new one goes to km 20 although km 0 holds most people."""
    towns = points(0, 18, 20)
    need = np.array([100.0, 10.0, 12.0])

    found = minimise_distance(Median.between(need, towns, towns, 1, existing=points(0)))

    assert (found.chosen, found.objective) == ((2,), 20_000.0)


def test_a_site_opens_where_it_is_allowed_only():
    towns = points(0, 5, 10)
    allowed = np.array([True, False, True])

    found = minimise_distance(Median.between(np.array([25.0, 10.0, 20.0]), towns, towns, 1, allowed=allowed))

    assert (found.chosen, found.objective) == ((0,), 250_000.0)


def test_all_the_places_are_taken_when_there_are_no_more():
    towns = points(0, 5)

    found = minimise_distance(Median.between(np.array([1.0, 2.0]), towns, towns, 2))

    assert (found.chosen, found.objective, found.preuve) == ((0, 1), 0.0, Preuve.OPTIMALE)


def test_nobody_to_bring_closer_is_told_as_such():
    towns = points(0, 5, 10)

    found = minimise_distance(Median.between(np.zeros(3), towns, towns, 1))

    assert (len(found.chosen), found.objective, found.preuve) == (1, 0.0, Preuve.OPTIMALE)


def test_a_table_of_minutes_does_as_well_as_metres():
    minutes = np.array([[5.0, 50.0], [60.0, 12.0], [40.0, 45.0]])
    problem = Median(np.array([1.0, 1.0, 4.0]), minutes, 1, np.full(3, 42.0), np.ones(2, dtype=bool))

    found = minimise_distance(problem)

    # Existing ones are 42 minutes away: the first place gives 5 + 42 + 4 × 40, the second 42 + 12 + 4 × 42.
    assert (found.chosen, found.objective) == ((0,), 207.0)


# --- limits of what it is given ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unknown", [np.nan, np.inf, -1.0])
def test_unknown_or_negative_figures_are_refused(unknown):
    towns = points(0, 5)
    with pytest.raises(ValueError, match="weights: every value must be known and not negative"):
        Median.between(np.array([1.0, unknown]), towns, towns, 1)


@pytest.mark.parametrize("count", [0, 2])
def test_a_number_that_the_places_cannot_hold_is_refused(count):
    towns = points(0, 5)
    with pytest.raises(ValueError, match="cannot be chosen among 1 allowed places"):
        Median.between(np.ones(2), towns, towns, count, allowed=np.array([True, False]))


def test_figures_of_the_wrong_length_are_refused():
    towns = points(0, 5)
    with pytest.raises(ValueError, match="are expected for 2 points"):
        Median.between(np.ones(3), towns, towns, 1)


# --- against every possible choice ------------------------------------------------------------------------------------


@st.composite
def problems(draw):
    size, places = draw(st.integers(1, 12)), draw(st.integers(1, 9))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rounding = draw(st.sampled_from([None, 0]))  # whole distances make ties
    distances = random.uniform(0, draw(st.sampled_from([5.0, 1000.0])), (size, places))
    weights = random.integers(0, 30, size).astype(float)
    allowed = random.random(places) < 0.8
    allowed[random.integers(places)] = True
    nearest = random.uniform(0, 1000, size) if draw(st.booleans()) else np.full(size, np.inf)
    count = draw(st.integers(1, int(allowed.sum())))
    return Median(weights, distances if rounding is None else distances.round(), count, nearest, allowed)


@settings(max_examples=200, deadline=None)
@given(problems(), st.integers(0, 3))
def test_the_proven_optimum_is_that_of_every_choice(problem, seed):
    found = minimise_distance(problem, seed=seed)

    assert found.preuve is Preuve.OPTIMALE
    assert found.objective == pytest.approx(best_of_all(problem), rel=1e-9)
    assert found.objective == pytest.approx(value(problem, found.chosen), rel=1e-12)
    assert len(found.chosen) == problem.count
    assert problem.allowed[list(found.chosen)].all()


@settings(max_examples=80, deadline=None)
@given(problems())
def test_a_first_answer_holds_the_optimum_between_bound_and_objective(problem):
    found = minimise_distance(problem, prove=False)

    assert found.bound * (1 - 2e-9) <= best_of_all(problem) <= found.objective * (1 + 1e-12)
    for other in found.nearby:
        assert other.objective == pytest.approx(value(problem, other.chosen), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_branching_finds_what_every_choice_finds(seed):
    """No plane here: distances at random leave a gap to the relaxation, so that the tree has to branch."""
    random = np.random.default_rng(seed)
    problem = Median(
        random.integers(1, 50, 60).astype(float),
        random.uniform(0, 100, (60, 24)),
        4,
        random.uniform(60, 200, 60),
        np.ones(24, dtype=bool),
    )

    found = minimise_distance(problem, seed=seed)

    assert found.preuve is Preuve.OPTIMALE
    assert found.objective == pytest.approx(best_of_all(problem), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_a_swap_is_said_to_save_is_what_it_saves(seed):
    random = np.random.default_rng(seed)
    size, places, count = 15, 8, 3
    nearest = random.uniform(0, 12, size)
    problem = Median(np.ones(size), random.uniform(0, 10, (size, places)), count, nearest, np.ones(places, dtype=bool))
    field = _Field.of(problem)
    swaps = Interchange(field, random.permutation(places)[:count])
    swaps._swap(1, int(np.setdiff1d(np.arange(places), swaps.sites)[0]))  # the sums are kept through a swap

    for site in range(count):
        for place in np.setdiff1d(np.arange(places), swaps.sites):
            others = np.delete(swaps.sites, site)
            after = field.value(np.append(others, place))
            told = swaps.save[place] - swaps.lose[site] + swaps.spare[site, place]
            assert told == pytest.approx(field.value(swaps.sites) - after, abs=1e-9)


# --- promises ---------------------------------------------------------------------------------------------------------


def region(count):
    units, need = mainland("11")
    return Median.between(need, units, units, count)


def test_the_region_is_proven_and_says_how_it_got_there():
    told: list[Progress] = []
    problem = region(10)

    found = minimise_distance(problem, report=told.append)

    assert found.preuve is Preuve.OPTIMALE
    assert found.objective / problem.weights.sum() == pytest.approx(7365.340117, abs=1e-6)
    assert found.objective == pytest.approx(value(problem, found.chosen), rel=1e-12)
    assert 0 < len(found.nearby) <= 5
    assert all(other.objective >= found.objective for other in found.nearby)
    bounds = [step.bound for step in told]
    assert bounds == sorted(bounds)
    assert told[-1] == Progress(1.0, found.chosen, found.objective, found.bound)


def test_the_same_seed_gives_the_same_answer():
    problem = region(30)
    one, other = (minimise_distance(problem, seed=5, prove=False) for _ in range(2))

    assert (one.chosen, one.bound, one.nearby) == (other.chosen, other.bound, other.nearby)
    assert 0 <= one.gap < 0.01


def test_running_out_of_time_is_a_gap_and_never_a_proof():
    found = minimise_distance(region(10), deadline=0.0)

    assert len(found.chosen) == 10
    assert found.preuve is Preuve.ECART
    assert found.gap > 0
    assert found.bound <= found.objective
