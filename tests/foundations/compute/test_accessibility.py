"""The engine against hand computation, against double loops, against PySAL `access`, and against its own laws."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from access import weights as peer
from access.fca import three_stage_fca, two_stage_fca
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from benchmarks.accessibility import Land, mainland
from maillage.foundations.compute.accessibility import Model, Situation, access, apl, mean, total, what_if
from maillage.foundations.compute.catchments import catchment
from maillage.foundations.compute.decays import constant, gaussian, power, rings, step
from tests.foundations.compute.lands import double_loop, points, reach, sites, towns, unpack

DECAY = gaussian(5_000.0)
CONSERVING = [Model.TWO_STEP, Model.E2SFCA, Model.THREE_STEP]


def scores(need, capacity, demand, supply, radius=15_000.0, decay=DECAY, model=Model.E2SFCA):
    weights = catchment(demand, supply, radius).weights(decay)
    return access(np.array(need, dtype=float), np.array(capacity, dtype=float), weights, model)


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

    result = scores([100, 200, 200], [6, 4], demand, supply, radius=5000.0, decay=constant())

    np.testing.assert_allclose(result.scores, [0.02, 0.03, 0.01], rtol=1e-15)


FACE_TO_FACE = {  # two towns of 100 and 200, each with a site at its door, of 6 and 4; f = 1 at the door, ½ across
    # D = 300 and 300: 10/300 for both.
    Model.TWO_STEP: [1 / 30, 1 / 30],
    # D = 100 + ½·200 and ½·100 + 200: R = 6/200 and 4/250.
    Model.E2SFCA: [0.03 + 0.008, 0.015 + 0.016],
    # G = ⅔ at the door, ⅓ across, so G·f = ⅔ and ⅙: D = 100 and 150, R = 6/100 and 4/150.
    Model.THREE_STEP: [2 / 45, 1 / 36],
    # R as in E2SFCA, but ¼ across.
    Model.M2SFCA: [0.03 + 0.004, 0.0075 + 0.016],
}


@pytest.mark.parametrize("model", Model)
def test_two_towns_face_to_face(model):
    places = points(0, 0, 2_000, 0)

    result = scores([100, 200], [6, 4], places, places, decay=step({1_000: 1.0, 2_000: 0.5}), model=model)

    np.testing.assert_allclose(result.scores, FACE_TO_FACE[model], rtol=1e-14)


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


def test_a_site_so_far_that_its_need_rounds_to_nothing_is_lost():
    """f = exp(-½·40²) ≈ 10⁻³⁴⁷ has no place in double precision; exp(-½·35²) ≈ 10⁻²⁶⁶ has, and cannot be shared."""
    for distance in (40_000, 35_000):
        result = scores([1000], [5], points(0, 0), points(distance, 0), radius=50_000.0, decay=gaussian(1_000.0))

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


def test_amounts_of_the_wrong_length_are_refused():
    with pytest.raises(ValueError, match=r"need: values of shape \(1,\) are expected, not \(2,\)"):
        scores([1, 2], [1], points(0, 0), points(0, 0))


# --- laws ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", Model)
@pytest.mark.parametrize("decay", [DECAY, rings(15_000.0)], ids=["gaussian", "rings"])
@given(towns, sites)
def test_equal_to_a_double_loop(model, decay, town_rows, site_rows):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)
    distances = reach(demand, supply)

    result = scores(need, capacity, demand, supply, decay=decay, model=model)

    expected = double_loop(
        need,
        capacity,
        distances,
        held=lambda i, j: distances[i][j] <= 15_000,
        decay=lambda distance: float(decay(np.array([distance]))[0]),
        model=model,
    )
    np.testing.assert_allclose(result.scores, expected, rtol=1e-12, atol=1e-300)


@given(st.sampled_from(CONSERVING), towns, sites)
def test_the_supply_in_reach_is_shared_out_whole(model, town_rows, site_rows):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)

    result = scores(need, capacity, demand, supply, model=model)

    in_reach = capacity.sum() - capacity[result.lost].sum()
    assert (need * result.scores).sum() == pytest.approx(in_reach, rel=1e-12)


@given(towns, sites)
def test_a_supply_that_is_far_is_partly_lost_in_m2sfca(town_rows, site_rows):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)

    shared = scores(need, capacity, demand, supply).scores
    lossy = scores(need, capacity, demand, supply, model=Model.M2SFCA).scores

    assert (lossy <= shared * (1 + 1e-12)).all()


@given(st.sampled_from(Model), towns, sites, st.floats(0.1, 100))
def test_scaling_the_supply_scales_the_scores(model, town_rows, site_rows, factor):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)

    np.testing.assert_allclose(
        scores(need, capacity * factor, demand, supply, model=model).scores,
        scores(need, capacity, demand, supply, model=model).scores * factor,
        rtol=1e-12,
    )


@given(st.sampled_from(Model), towns, sites, st.randoms(use_true_random=False))
def test_the_order_of_sites_and_towns_does_not_matter(model, town_rows, site_rows, random):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)
    rows, columns = list(range(len(need))), list(range(len(capacity)))
    random.shuffle(rows)
    random.shuffle(columns)

    shuffled = scores(need[rows], capacity[columns], demand[rows], supply[columns], model=model)

    np.testing.assert_allclose(
        shuffled.scores, scores(need, capacity, demand, supply, model=model).scores[rows], rtol=1e-12, atol=1e-300
    )


@given(st.sampled_from([Model.TWO_STEP, Model.E2SFCA, Model.M2SFCA]), towns, sites, st.floats(0, 1))
def test_a_site_split_in_two_on_the_spot_changes_nothing(model, town_rows, site_rows, share):
    """But in 3SFCA, where people choose between sites and not between places."""
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)
    first = capacity[0]

    split = scores(
        need,
        np.concatenate([[first * share, first * (1 - share)], capacity[1:]]),
        demand,
        np.concatenate([supply[:1], supply]),
        model=model,
    )

    whole = scores(need, capacity, demand, supply, model=model)
    np.testing.assert_allclose(split.scores, whole.scores, rtol=1e-12, atol=1e-300)


# --- several publics -----------------------------------------------------------------------------------------------


def test_publics_compete_for_the_same_places_by_their_weight():
    """P = 100 + 2·50 = 200 at the door: R = 10/200, and everyone reaches it alike."""
    weights = catchment(points(0, 0), points(0, 0), 1_000.0).weights(constant())

    result = apl(np.array([[100.0, 50.0]]), np.array([1.0, 2.0]), np.array([10.0]), weights)

    assert result.need.tolist() == [200.0]
    assert result.ratios.tolist() == [0.05]
    assert result.groups.tolist() == [[0.05, 0.05]]
    assert result.scores.tolist() == [0.05]


def test_a_public_that_goes_less_far_reaches_less():
    """At 2 km public 1 weighs ½ and public 2 not at all: D = (100 + 40) + ½·60 = 170, R = 17/170 = 0.1.

    In the far town A_1 = 0.05 and A_2 = 0; its mean over the need, 60 and 20, is 0.0375.
    """
    pairs = catchment(points(0, 0, 2_000, 0), points(0, 0), 3_000.0)
    weights = [pairs.weights(step({1_000: 1.0, 3_000: far})) for far in (0.5, 0.0)]
    needs = np.array([[100.0, 40.0], [60.0, 20.0]])

    result = apl(needs, np.ones(2), np.array([17.0]), weights)

    np.testing.assert_allclose(result.groups, [[0.1, 0.1], [0.05, 0.0]], rtol=1e-15)
    np.testing.assert_allclose(result.scores, [0.1, 0.0375], rtol=1e-15)
    assert (result.need * result.scores).sum() == pytest.approx(17.0, rel=1e-15)


def test_where_nobody_lives_the_score_is_the_mean_of_the_publics():
    pairs = catchment(points(0, 0, 2_000, 0), points(0, 0), 3_000.0)
    weights = [pairs.weights(step({1_000: 1.0, 3_000: far})) for far in (0.5, 0.0)]

    result = apl(np.array([[100.0, 0.0], [0.0, 0.0]]), np.array([1.0, 3.0]), np.array([10.0]), weights)

    np.testing.assert_allclose(result.scores, [0.1, 0.05 / 4], rtol=1e-15)


@given(st.sampled_from(Model), towns, sites)
def test_one_public_of_weight_one_is_the_plain_access(model, town_rows, site_rows):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)
    weights = catchment(demand, supply, 15_000.0).weights(DECAY)

    alone, plain = apl(need[:, None], np.ones(1), capacity, weights, model), access(need, capacity, weights, model)

    np.testing.assert_allclose(alone.scores, plain.scores, rtol=1e-14)
    np.testing.assert_array_equal(alone.groups[:, 0], plain.scores)
    np.testing.assert_array_equal(alone.ratios, plain.ratios)
    np.testing.assert_array_equal(alone.lost, plain.lost)


@given(st.sampled_from(CONSERVING), towns, sites, st.integers(0, 2**32 - 1))
def test_the_supply_is_shared_whole_between_publics_that_go_more_or_less_far(model, town_rows, site_rows, seed):
    (demand, need), (supply, capacity) = unpack(town_rows), unpack(site_rows)
    random = np.random.default_rng(seed)
    needs, shares = need[:, None] * random.uniform(0, 1, 3), random.uniform(0.1, 5, 3)
    pairs = catchment(demand, supply, 15_000.0)

    weights = [pairs.weights(gaussian(sigma)) for sigma in (3_000.0, 5_000.0, 9_000.0)]
    result = apl(needs, shares, capacity, weights, model)

    in_reach = capacity.sum() - capacity[result.lost].sum()
    assert (result.need * result.scores).sum() == pytest.approx(in_reach, rel=1e-12)
    assert (needs * shares * result.groups).sum() == pytest.approx(in_reach, rel=1e-12)


@pytest.mark.parametrize(
    ("needs", "shares", "capacity", "matrices", "message"),
    [
        ([[1.0, np.nan]], [1, 1], [1], 1, "needs: every value must be known"),
        ([[1.0, 2.0]], [1, -1], [1], 1, "shares: every value must be known and not negative"),
        ([[1.0, 2.0]], [0, 0], [1], 1, "shares: one at least must be above zero"),
        ([[1.0, 2.0]], [1], [1], 1, r"shares: values of shape \(2,\) are expected"),
        ([[1.0, 2.0]], [1, 1], [np.nan], 1, "capacity: every value must be known"),
        ([[1.0, 2.0]], [1, 1], [1], 3, "1 or g matrices are expected"),
        ([1.0], [1], [1], 1, r"an array \(n, g\)"),
    ],
)
def test_publics_that_make_no_sense_are_refused(needs, shares, capacity, matrices, message):
    weights = [catchment(points(0, 0), points(0, 0), 1_000.0).weights(constant())] * matrices

    with pytest.raises(ValueError, match=message):
        apl(*(np.array(values, dtype=float) for values in (needs, shares, capacity)), weights)


# --- what if -------------------------------------------------------------------------------------------------------


@given(st.sampled_from(Model), towns, sites, sites, st.data())
def test_a_what_if_equals_a_computation_from_the_start(model, town_rows, site_rows, new_rows, data):
    (demand, need), (supply, capacity), (new, offered) = unpack(town_rows), unpack(site_rows), unpack(new_rows)
    weights = catchment(demand, supply, 15_000.0).weights(DECAY)
    changes = data.draw(st.dictionaries(st.integers(0, len(capacity) - 1), st.integers(0, 400).map(float), max_size=3))
    closed = [site for site, value in changes.items() if value == 0]
    changed = capacity.copy()
    changed[list(changes)] = list(changes.values())
    kept = Situation.of(need, capacity, weights, model)

    result = what_if(kept, changes, catchment(demand, new, 15_000.0).weights(DECAY), offered)

    remaining = np.concatenate([np.delete(supply, closed, axis=0), new])
    amounts = np.concatenate([np.delete(changed, closed), offered])
    fresh = scores(need, amounts, demand, remaining, model=model)
    stays = np.delete(np.arange(len(amounts) + len(closed)), closed)
    np.testing.assert_allclose(result.scores, fresh.scores, rtol=1e-9, atol=1e-12 * fresh.scores.max())
    np.testing.assert_allclose(result.ratios[stays], fresh.ratios, rtol=1e-12)
    np.testing.assert_allclose(result.potential[stays], fresh.potential, rtol=1e-12, atol=1e-200)
    assert result.lost.tolist() == stays[fresh.lost].tolist()


@pytest.mark.parametrize("model", Model)
def test_whoever_had_only_the_closed_site_has_nothing_left(model):
    demand, supply = points(0, 0, 3_000, 0, 40_000, 0), points(1_000, 0, 41_000, 0)
    weights = catchment(demand, supply, 15_000.0).weights(DECAY)
    kept = Situation.of(np.array([700.0, 300.0, 900.0]), np.array([7.1, 3.3]), weights, model)

    result = what_if(kept, {0: 0.0})

    assert result.scores[:2].tolist() == [0.0, 0.0]
    assert result.scores[2] == kept.access.scores[2]


def test_without_change_nothing_changes():
    weights = catchment(points(0, 0), points(1_000, 0), 15_000.0).weights(DECAY)
    kept = Situation.of(np.array([700.0]), np.array([7.0]), weights)

    result = what_if(kept)

    assert result.scores.tolist() == kept.access.scores.tolist()
    assert kept.capacity.tolist() == [7.0]


@pytest.mark.parametrize(
    ("changes", "offered", "message"),
    [
        ({0: np.nan}, [1.0], "changes: every value must be known"),
        ({1: 5.0}, [1.0], "changes: the sites are numbered from 0 to 0"),
        ({-1: 5.0}, [1.0], "changes: the sites are numbered from 0 to 0"),
        ({}, [np.nan], "opened_capacity: every value must be known"),
        ({}, [1.0, 2.0], r"opened_capacity: values of shape \(1,\)"),
        ({}, None, "what the new sites offer must be told"),
    ],
)
def test_a_what_if_that_makes_no_sense_is_refused(changes, offered, message):
    weights = catchment(points(0, 0), points(1_000, 0), 15_000.0).weights(DECAY)
    kept = Situation.of(np.array([700.0]), np.array([7.0]), weights)

    with pytest.raises(ValueError, match=message):
        what_if(kept, changes, weights, None if offered is None else np.array(offered))


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


# --- the peer ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ile_de_france():
    """Return the real units of the region, and 400 sites drawn from a seed."""
    return Land.draw(*mainland("11"), sites=400, radius=15_000.0, sigma=5_000.0)


def test_equal_to_pysal_access_on_the_region(ile_de_france):
    """PySAL `access` is given the same pairs and the same Gaussian."""
    assert len(ile_de_france.need) == 1285
    np.testing.assert_allclose(ile_de_france.ours(), ile_de_france.peer()(), rtol=1e-9, atol=0)
    np.testing.assert_allclose(ile_de_france.ours(), ile_de_france.peer_ufunc()(), rtol=1e-9, atol=0)


# `access` has not followed pandas 3.1.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.drop is deprecated")
@pytest.mark.parametrize(
    ("model", "function", "weigh"),
    [
        (Model.TWO_STEP, two_stage_fca, False),
        (Model.E2SFCA, two_stage_fca, True),
        (Model.THREE_STEP, three_stage_fca, True),
    ],
)
@pytest.mark.parametrize(
    ("decay", "theirs"),
    [
        (gaussian(5_000.0), peer.gaussian(5_000.0)),
        (power(5_000.0), peer.gravity(5_000.0, -2, min_dist=5_000.0)),
        (rings(15_000.0), peer.step_fn({5_000: 1, 10_000: 0.68, 15_000: 0.22})),
    ],
    ids=["gaussian", "power", "rings"],
)
def test_each_model_and_decay_equals_pysal_access_on_the_region(ile_de_france, model, function, weigh, decay, theirs):
    """Whatever `access` has too: it has no M2SFCA."""
    land, pairs = ile_de_france, ile_de_france.pairs()
    table = DataFrame({"origin": pairs.points, "dest": pairs.sites, "cost": pairs.distances})

    expected = function(
        DataFrame({"demand": land.need}).rename_axis("geoid"),
        DataFrame({"supply": land.capacity}).rename_axis("geoid"),
        table,
        max_cost=land.radius,
        demand_name="demand",
        supply_name="supply",
        weight_fn=theirs if weigh else None,
    ).reindex(range(len(land.need)), fill_value=0.0)

    result = access(land.need, land.capacity, pairs.weights(decay), model)
    np.testing.assert_allclose(result.scores, expected, rtol=1e-9, atol=0)


@pytest.mark.parametrize("model", CONSERVING)
def test_the_supply_of_the_region_is_shared_out_whole(ile_de_france, model):
    land = ile_de_france

    result = access(land.need, land.capacity, land.pairs().weights(DECAY), model)

    assert (land.need * result.scores).sum() == pytest.approx(land.capacity.sum(), rel=1e-12)
