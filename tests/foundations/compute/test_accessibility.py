"""The engine against hand computation, against a double loop, and against its own laws."""

from __future__ import annotations

from math import exp, hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.accessibility import Land, mainland
from maillage.foundations.compute.accessibility import access, mean, total
from maillage.foundations.compute.catchments import catchment, nearest
from maillage.foundations.compute.decays import gaussian, step

ORIGIN = np.array([650_000.0, 6_860_000.0])  # the heart of Île-de-France, in Lambert-93


def points(*metres):
    return ORIGIN + np.array(metres, dtype=float).reshape(-1, 2)


def flat(distance):
    return np.ones_like(distance)


DECAY = gaussian(5_000.0)


def scores(need, capacity, demand, supply, radius=15_000.0, decay=DECAY):
    weights = catchment(demand, supply, radius).weights(decay)
    return access(np.array(need, dtype=float), np.array(capacity, dtype=float), weights)


# --- by hand -------------------------------------------------------------------------------------------------------


def test_one_town_one_site_at_its_door():
    """R = 10 / 1 000, A = R."""
    result = scores([1000], [10], points(0, 0), points(0, 0))

    assert result.scores.tolist() == [0.01]
    assert result.ratios.tolist() == [0.01]
    assert result.lost.tolist() == []


def test_two_towns_share_a_site_by_distance():
    """f(0) = 1, f(5 km) = e^-½: R = 12 / (1000 + 2000 e^-½); the near town gets R, the far one R e^-½."""
    decay = exp(-0.5)
    ratio = 12 / (1000 + 2000 * decay)

    result = scores([1000, 2000], [12], points(0, 0, 5000, 0), points(0, 0))

    np.testing.assert_allclose(result.ratios, [ratio], rtol=1e-15)
    np.testing.assert_allclose(result.scores, [ratio, ratio * decay], rtol=1e-15)


def test_two_steps_without_decay():
    """Luo & Wang: the middle town reaches both sites, 6/300 and 4/400, the ends one each."""
    demand, supply = points(0, 0, 8000, 0, 16_000, 0), points(4000, 0, 12_000, 0)

    result = scores([100, 200, 200], [6, 4], demand, supply, radius=5000.0, decay=flat)

    np.testing.assert_allclose(result.scores, [0.02, 0.03, 0.01], rtol=1e-15)


def test_the_catchment_ends_at_its_radius_included():
    result = scores([10, 10], [1], points(15_000, 0, 15_001, 0), points(0, 0), decay=flat)

    assert result.scores.tolist() == [0.1, 0.0]


def test_steps_hold_their_upper_bound():
    decay = step({1000: 1.0, 2000: 0.5})

    assert decay(np.array([0.0, 1000.0, 1000.1, 2000.0, 2000.1])).tolist() == [1.0, 1.0, 0.5, 0.5, 0.0]


# --- what the data can do to it ------------------------------------------------------------------------------------


def test_a_site_nobody_can_reach_is_reported_and_not_shared():
    result = scores([1000], [10, 7, 0], points(0, 0), points(0, 0, 90_000, 0, 0, 90_000))

    assert result.lost.tolist() == [1]  # the third one offers nothing: nothing is lost
    assert np.isnan(result.ratios[1])
    assert result.scores.tolist() == [0.01]


def test_a_site_among_empty_towns_is_lost_too():
    result = scores([0], [5], points(0, 0), points(100, 0))

    assert result.lost.tolist() == [0]
    assert result.scores.tolist() == [0.0]


def test_no_site_at_all_gives_nobody_anything():
    result = scores([10, 20], [], points(0, 0, 1, 1), np.empty((0, 2)))

    assert result.scores.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_an_unknown_or_negative_amount_is_refused(bad):
    with pytest.raises(ValueError, match="capacity: every value must be known"):
        scores([10], [bad], points(0, 0), points(0, 0))
    with pytest.raises(ValueError, match="need: every value must be known"):
        scores([bad], [10], points(0, 0), points(0, 0))


def test_degrees_and_unknown_points_are_refused():
    with pytest.raises(ValueError, match="supply: these coordinates look like degrees"):
        catchment(points(0, 0), np.array([[2.35, 48.85]]), 1000.0)
    with pytest.raises(ValueError, match="demand: every coordinate must be known"):
        catchment(np.array([[np.nan, 0.0]]), points(0, 0), 1000.0)
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        catchment(np.array([1.0, 2.0]), points(0, 0), 1000.0)


def test_amounts_of_the_wrong_length_are_refused():
    with pytest.raises(ValueError, match=r"need: values of shape \(1,\) are expected, not \(2,\)"):
        scores([1, 2], [1], points(0, 0), points(0, 0))


@pytest.mark.parametrize(
    "make", [lambda: gaussian(0), lambda: gaussian(np.nan), lambda: step({}), lambda: step({1: -1})]
)
def test_a_decay_that_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError, match=r"sigma must be positive|step decay needs"):
        make()


# --- laws ----------------------------------------------------------------------------------------------------------

coordinates = st.tuples(st.integers(0, 40_000), st.integers(0, 40_000))
towns = st.lists(st.tuples(coordinates, st.integers(0, 50_000)), min_size=1, max_size=12)
sites = st.lists(st.tuples(coordinates, st.integers(0, 300)), min_size=1, max_size=8)


def unpack(rows):
    return points(*[place for place, _ in rows]), np.array([float(amount) for _, amount in rows])


def double_loop(need, capacity, demand, supply, radius, sigma):
    """The formulas of the paper, written as they are read."""
    reach = [[hypot(*(i - j)) for j in supply] for i in demand]
    ratio = []
    for j in range(len(supply)):
        people = sum(
            need[i] * exp(-(reach[i][j] ** 2) / (2 * sigma**2)) for i in range(len(demand)) if reach[i][j] <= radius
        )
        ratio.append(capacity[j] / people if people else 0.0)
    return [
        sum(ratio[j] * exp(-(reach[i][j] ** 2) / (2 * sigma**2)) for j in range(len(supply)) if reach[i][j] <= radius)
        for i in range(len(demand))
    ]


@given(towns, sites)
def test_equal_to_a_double_loop(town_rows, site_rows):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)

    result = scores(need, capacity, demand, supply)

    np.testing.assert_allclose(
        result.scores, double_loop(need, capacity, demand, supply, 15_000.0, 5_000.0), rtol=1e-12, atol=1e-300
    )


@given(towns, sites)
def test_the_supply_in_reach_is_shared_out_whole(town_rows, site_rows):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)

    result = scores(need, capacity, demand, supply)

    in_reach = capacity.sum() - capacity[result.lost].sum()
    assert (need * result.scores).sum() == pytest.approx(in_reach, rel=1e-12)


@given(towns, sites, st.floats(0.1, 100))
def test_scaling_the_supply_scales_the_scores(town_rows, site_rows, factor):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)

    np.testing.assert_allclose(
        scores(need, capacity * factor, demand, supply).scores,
        scores(need, capacity, demand, supply).scores * factor,
        rtol=1e-12,
    )


@given(towns, sites, st.randoms(use_true_random=False))
def test_the_order_of_sites_and_towns_does_not_matter(town_rows, site_rows, random):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)
    rows, columns = list(range(len(need))), list(range(len(capacity)))
    random.shuffle(rows)
    random.shuffle(columns)

    shuffled = scores(need[rows], capacity[columns], demand[rows], supply[columns])

    np.testing.assert_allclose(
        shuffled.scores, scores(need, capacity, demand, supply).scores[rows], rtol=1e-12, atol=1e-300
    )


@given(towns, sites, st.floats(0, 1))
def test_a_site_split_in_two_on_the_spot_changes_nothing(town_rows, site_rows, share):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)
    first = capacity[0]

    split = scores(
        need,
        np.concatenate([[first * share, first * (1 - share)], capacity[1:]]),
        demand,
        np.concatenate([supply[:1], supply]),
    )

    np.testing.assert_allclose(split.scores, scores(need, capacity, demand, supply).scores, rtol=1e-12, atol=1e-300)


# --- aggregates ----------------------------------------------------------------------------------------------------


def test_the_mean_of_a_territory_is_weighted_by_its_need():
    values, weights = np.array([1.0, 4.0, 9.0, 5.0]), np.array([1.0, 3.0, 2.0, 8.0])

    assert mean(values, weights, np.array([0, 0, 1, -1]), 2).tolist() == [3.25, 9.0]


def test_a_territory_without_need_has_no_mean():
    assert np.isnan(mean(np.array([1.0]), np.array([0.0]), np.array([0]), 2)).tolist() == [True, True]


def test_the_sum_of_unknowns_is_unknown_and_never_zero():
    sums = total(np.array([1.0, np.nan, np.nan, 2.0]), np.array([0, 0, 1, -1]), 3)

    assert sums[0] == 1.0
    assert np.isnan(sums[1:]).all()


def test_nearest_is_in_metres_and_infinite_without_a_site():
    assert nearest(points(0, 0), points(3000, 4000, 9000, 0)).tolist() == [5000.0]
    assert nearest(points(0, 0), np.empty((0, 2))).tolist() == [np.inf]


# --- the peer ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ile_de_france():
    """Return the real units of the region, and 400 sites drawn from a seed."""
    return Land.draw(*mainland("11"), sites=400, radius=15_000.0, sigma=5_000.0)


def test_equal_to_pysal_access_on_the_region(ile_de_france):
    """PySAL `access` is given the same pairs and the same Gaussian."""
    assert len(ile_de_france.need) == 1285
    np.testing.assert_allclose(ile_de_france.ours(), ile_de_france.peer()(), rtol=1e-9, atol=0)


def test_the_supply_of_the_region_is_shared_out_whole(ile_de_france):
    assert (ile_de_france.need * ile_de_france.ours()).sum() == pytest.approx(ile_de_france.capacity.sum(), rel=1e-12)
