"""The pairs within reach: against every pair measured, and from a table of travel times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.compute.catchments import catchment, nearest, travel
from maillage.foundations.compute.decays import constant, epanechnikov
from tests.foundations.compute.lands import coordinates, points, reach

places = st.lists(coordinates, min_size=1, max_size=30)
radii = st.integers(0, 60_000)
reaching = st.lists(st.tuples(coordinates, radii), min_size=1, max_size=30)


def held(pairs):
    """Return the distance of each pair (demand point, site), none of which comes twice."""
    keys = list(zip(pairs.points.tolist(), pairs.sites.tolist(), strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, pairs.distances.tolist(), strict=True))


def every(demand, supply, keep):
    """Measure every pair, and return those that are to keep, up to rounding."""
    return pytest.approx(
        {
            (i, j): distance
            for i, row in enumerate(reach(demand, supply))
            for j, distance in enumerate(row)
            if keep(i, j, distance)
        },
        rel=1e-12,
    )


# --- straight distance ---------------------------------------------------------------------------------------------


@given(places, places, radii)
def test_the_pairs_are_those_that_a_double_loop_finds(towns, sites, radius):
    demand, supply = points(*towns), points(*sites)

    pairs = catchment(demand, supply, float(radius))

    assert held(pairs) == every(demand, supply, lambda i, j, distance: distance <= radius)
    assert pairs.shape == (len(towns), len(sites))
    assert (np.diff(pairs.sites) >= 0).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 900.0, 7_000.0, 45_000.0, 3e6]))
def test_as_true_of_many_points_that_stand_anywhere(seed, radius):
    """More sites than are measured one by one, coordinates that are no whole metres, sites beyond the towns."""
    random = np.random.default_rng(seed)
    demand, supply = (points(0, 0) + random.uniform(low, 60_000, (size, 2)) for low, size in ((0, 80), (-60_000, 20)))

    pairs = catchment(demand, supply, radius)

    assert held(pairs) == every(demand, supply, lambda i, j, distance: distance <= radius)


@given(reaching, reaching)
def test_a_pair_holds_within_the_smaller_of_its_two_radii(towns, sites):
    demand, supply = points(*[place for place, _ in towns]), points(*[place for place, _ in sites])
    own, theirs = np.array([float(radius) for _, radius in towns]), np.array([float(radius) for _, radius in sites])

    pairs = catchment(demand, supply, own, theirs)

    assert held(pairs) == every(demand, supply, lambda i, j, distance: distance <= min(own[i], theirs[j]))


def test_the_bound_is_in():
    pairs = catchment(points(9_000, 12_000, 9_000, 12_001), points(0, 0), 15_000.0)

    assert held(pairs) == {(0, 0): 15_000.0}


def test_a_site_on_a_town_is_at_no_distance():
    weights = catchment(points(0, 0), points(0, 0), 0.0).weights(constant())

    assert weights.toarray().tolist() == [[1.0]]


def test_a_radius_on_sites_alone_is_enough():
    pairs = catchment(points(0, 0, 900, 0), points(0, 0, 0, 100), np.inf, np.array([1_000.0, 500.0]))

    assert held(pairs) == {(0, 0): 0.0, (1, 0): 900.0, (0, 1): 100.0}


def test_without_town_or_site_there_is_no_pair():
    nowhere = np.empty((0, 2))

    assert catchment(points(0, 0), nowhere, 1_000.0).weights(constant()).shape == (1, 0)
    assert catchment(nowhere, points(0, 0), 1_000.0).weights(constant()).shape == (0, 1)


def test_seen_from_each_radius_willingness_falls_as_fast():
    """At 10 km, half-way of its 20, the rural town weighs as a dense one does at 5, half-way of its 10: 1 - ¼."""
    demand, supply = points(0, 5_000, 10_000, 0), points(0, 0)
    pairs = catchment(demand, supply, np.array([10_000.0, 20_000.0]))

    assert pairs.weights(epanechnikov(10_000.0)).toarray().ravel().tolist() == [0.75, 0.0]
    assert pairs.weights(epanechnikov(10_000.0), 10_000.0).toarray().ravel().tolist() == [0.75, 0.75]


def test_a_radius_of_nothing_holds_who_stands_there():
    pairs = catchment(points(0, 0, 5, 0), points(0, 0), np.array([0.0, 0.0]))

    assert pairs.weights(epanechnikov(10_000.0), 10_000.0).toarray().ravel().tolist() == [1.0, 0.0]


def test_degrees_and_unknown_points_are_refused():
    with pytest.raises(ValueError, match="supply: these coordinates look like degrees"):
        catchment(points(0, 0), np.array([[2.35, 48.85]]), 1000.0)
    with pytest.raises(ValueError, match="demand: every coordinate must be known"):
        catchment(np.array([[np.nan, 0.0]]), points(0, 0), 1000.0)
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        catchment(np.array([1.0, 2.0]), points(0, 0), 1000.0)


@pytest.mark.parametrize("bad", [np.nan, -1.0])
def test_an_unknown_or_negative_radius_is_refused(bad):
    with pytest.raises(ValueError, match="radius: every radius must be known"):
        catchment(points(0, 0), points(0, 0), bad)
    with pytest.raises(ValueError, match="site_radius: every radius must be known"):
        catchment(points(0, 0), points(0, 0), 1000.0, np.array([bad]))


def test_a_catchment_without_bound_is_refused():
    with pytest.raises(ValueError, match="a bound is needed"):
        catchment(points(0, 0), points(0, 0), np.inf)


# --- travel times --------------------------------------------------------------------------------------------------


def table(*lines):
    points, sites, minutes = zip(*lines, strict=True)
    return np.array(points), np.array(sites), np.array(minutes, dtype=float)


def test_a_table_of_minutes_makes_the_same_catchment():
    pairs = travel((3, 2), *table((2, 1, 20), (0, 0, 5), (1, 1, 45.5), (1, 0, 45)), 45.0)

    assert held(pairs) == {(0, 0): 5.0, (1, 0): 45.0, (2, 1): 20.0}
    assert pairs.weights(constant()).toarray().tolist() == [[1, 0], [1, 0], [0, 1]]


def test_radii_of_towns_and_sites_hold_for_minutes_too():
    lines = table((0, 0, 30), (1, 0, 30), (0, 1, 30), (1, 1, 10))

    assert held(travel((2, 2), *lines, np.array([40.0, 20.0]), np.array([60.0, 25.0]))) == {(0, 0): 30.0, (1, 1): 10.0}


@given(places, places, radii, st.randoms(use_true_random=False))
def test_a_table_of_straight_distances_is_the_straight_catchment(towns, sites, radius, random):
    straight = catchment(points(*towns), points(*sites), float(radius))
    order = list(range(len(straight.distances)))
    random.shuffle(order)

    again = travel(straight.shape, straight.points[order], straight.sites[order], straight.distances[order], 60_000.0)

    assert (again.weights(epanechnikov(6e4)) != straight.weights(epanechnikov(6e4))).nnz == 0
    assert held(again) == held(straight)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (table((3, 0, 5)), "must name one of 3 demand points"),
        (table((0, -1, 5)), "and one of 2 sites"),
        ((np.array([0]), np.array([0, 1]), np.array([5.0])), "every line of the table"),
        (table((0, 0, np.nan)), "costs: every value must be known"),
        (table((0, 0, -5)), "costs: every value must be known and not negative"),
        (table((0, 0, 5), (1, 0, 5), (0, 0, 6)), "a pair comes twice"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(lines, message):
    with pytest.raises(ValueError, match=message):
        travel((3, 2), *lines, 60.0)


def test_an_empty_table_reaches_nothing():
    nothing = np.empty(0, dtype=int)

    assert held(travel((3, 2), nothing, nothing, np.empty(0), 60.0)) == {}


# --- nearest -------------------------------------------------------------------------------------------------------


def test_nearest_is_in_metres_and_infinite_without_a_site():
    assert nearest(points(0, 0), points(3000, 4000, 9000, 0)).tolist() == [5000.0]
    assert nearest(points(0, 0), np.empty((0, 2))).tolist() == [np.inf]
