"""Maximal covering against hand computation, against every possible choice, and against its own promises."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from benchmarks.accessibility import mainland
from maillage.foundations.compute.catchments import catchment
from maillage.foundations.compute.siting import (
    Covering,
    Kind,
    Limit,
    Preuve,
    Progress,
    Siting,
    expansion,
    maximise_coverage,
    too_close,
)

ORIGIN = np.array([650_000.0, 6_860_000.0])  # the heart of Île-de-France, in Lambert-93
NONE = np.empty((0, 2))


def points(*kilometres):
    """Places along a road, at so many kilometres."""
    return ORIGIN + np.array([[1000.0 * kilometre, 0.0] for kilometre in kilometres]).reshape(-1, 2)


def best_of_all(problem):
    """Every choice of options that the limits and the conflicts allow, by brute force."""
    covers = problem.covers.toarray() > 0
    conflicts = {frozenset(map(int, pair)) for pair in problem.conflicts}
    best = 0.0
    for size in range(covers.shape[1] + 1):
        for chosen in combinations(range(covers.shape[1]), size):
            if any(limit.costs[list(chosen)].sum() > limit.total for limit in problem.limits):
                continue
            if any(frozenset(pair) in conflicts for pair in combinations(chosen, 2)):
                continue
            best = max(best, float(problem.weights[covers[:, list(chosen)].any(axis=1)].sum()))
    return best


def value(problem, chosen):
    return float(problem.weights[(problem.covers.toarray()[:, list(chosen)] > 0).any(axis=1)].sum())


# --- by hand -------------------------------------------------------------------------------------------------------


def test_one_site_goes_where_most_people_are_within_reach():
    """Within 5 km of km 8: the 20 of km 4, its own 30 and the 25 of km 13; the others reach 30, 60 and 55."""
    towns = points(0, 4, 8, 13)
    plan = expansion(np.array([10.0, 20.0, 30.0, 25.0]), [Kind(catchment(towns, towns, 5_000.0))], count=1)

    found = maximise_coverage(plan.problem)

    assert (found.chosen, found.objective, found.bound, found.gap) == ((2,), 75.0, 75.0, 0.0)
    assert found.preuve is Preuve.OPTIMALE
    assert plan.where(found.chosen) == ((2, 0),)


def test_the_greedy_trap():
    """The middle covers the most alone (6 + 6), but both ends together cover everybody (7 + 7)."""
    covers = csr_array(np.array([[1, 0, 0], [1, 0, 1], [0, 1, 1], [0, 1, 0]], dtype=float))
    problem = Covering(np.array([1.0, 6.0, 6.0, 1.0]), covers, (Limit(np.ones(3), 2.0),))

    found = maximise_coverage(problem)

    assert (found.chosen, found.objective, found.preuve) == ((0, 1), 14.0, Preuve.OPTIMALE)


def test_what_existing_structures_reach_needs_nothing_more():
    towns = points(0, 10, 20)
    kind = Kind(catchment(towns, towns, 3_000.0), existing=catchment(towns, points(1), 3_000.0))

    found = maximise_coverage(expansion(np.array([100.0, 30.0, 20.0]), [kind], count=2).problem)

    assert (found.chosen, found.objective) == ((1, 2), 50.0)


def test_a_structure_opens_where_it_is_allowed_only():
    towns = points(0, 10, 20)
    kind = Kind(catchment(towns, towns, 3_000.0), allowed=np.array([False, True, True]))

    found = maximise_coverage(expansion(np.array([100.0, 30.0, 20.0]), [kind], count=1).problem)

    assert (found.chosen, found.objective) == ((1,), 30.0)


def test_a_budget_of_etp_prefers_two_small_ones_to_a_large_one():
    towns = points(0, 10, 20)
    kind = Kind(catchment(towns, towns, 3_000.0), cost=np.array([20.0, 10.0, 10.0]))

    found = maximise_coverage(expansion(np.array([50.0, 30.0, 30.0]), [kind], budget=20.0).problem)

    assert (found.chosen, found.objective, found.preuve) == ((1, 2), 60.0, Preuve.OPTIMALE)


def test_new_sites_keep_their_distance():
    """Km 0 and km 2 hold the most, but 5 km must lie between two new sites."""
    towns = points(0, 2, 10)
    kind = Kind(catchment(towns, towns, 1_000.0))
    need = np.array([50.0, 40.0, 10.0])

    apart = expansion(need, [kind], count=2, conflicts=too_close(towns, 5_000.0))

    assert maximise_coverage(expansion(need, [kind], count=2).problem).objective == 90.0
    assert maximise_coverage(apart.problem).chosen == (0, 2)


def test_spacing_is_a_least_distance_that_may_be_reached():
    assert too_close(points(0, 5, 9), 5_000.0).tolist() == [[1, 2], [0, 0], [1, 1], [2, 2]]
    assert too_close(points(0, 5, 9), 0.0).tolist() == []


def test_each_kind_has_its_radius_its_number_and_its_public():
    """Two publics: the ACI serves the first within 3 km, the EI both within 12 km; one of each may open."""
    towns = points(0, 10, 30)
    need = np.array([[100.0, 5.0], [10.0, 50.0], [40.0, 1.0]])
    aci = Kind(catchment(towns, towns, 3_000.0), count=1, serves=(0,))
    ei = Kind(catchment(towns, towns, 12_000.0), count=1)

    plan = expansion(need, [aci, ei])
    found = maximise_coverage(plan.problem)

    # The EI at km 0 (or 10) covers both towns for both publics, 165; the ACI adds the first public of km 30, 40.
    assert found.objective == 205.0
    assert (2, 0) in plan.where(found.chosen)
    assert found.preuve is Preuve.OPTIMALE


def test_two_kinds_share_a_place_unless_it_is_said_not_to():
    towns = points(0)
    kinds = [Kind(catchment(towns, towns, 1.0), count=1, serves=(public,)) for public in (0, 1)]
    need = np.array([[3.0, 4.0]])

    assert maximise_coverage(expansion(need, kinds).problem).objective == 7.0
    assert maximise_coverage(expansion(need, kinds, conflicts=np.array([[0, 0]])).problem).objective == 4.0


# --- limits of what it is given ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("need", [[0.0, 0.0], [5.0, 5.0]])
def test_nothing_to_cover_or_nowhere_to_open_is_told_as_such(need):
    towns = points(0, 1)
    kind = Kind(catchment(towns, towns, 5_000.0), allowed=np.array([False, False]) if need[0] else None)

    found = maximise_coverage(expansion(np.array(need), [kind], count=1).problem)

    assert (found.chosen, found.objective, found.bound, found.preuve) == ((), 0.0, 0.0, Preuve.OPTIMALE)


def test_a_budget_too_small_for_anything_opens_nothing():
    towns = points(0, 1)
    kind = Kind(catchment(towns, towns, 5_000.0), cost=10.0)

    assert maximise_coverage(expansion(np.array([1.0, 2.0]), [kind], budget=9.0).problem).chosen == ()


@pytest.mark.parametrize("unknown", [np.nan, np.inf, -1.0])
def test_unknown_or_negative_figures_are_refused(unknown):
    towns = points(0, 1)
    reach = catchment(towns, towns, 5_000.0)
    with pytest.raises(ValueError, match="need: every value must be known and not negative"):
        expansion(np.array([1.0, unknown]), [Kind(reach)], count=1)
    with pytest.raises(ValueError, match="costs: every value must be known and not negative"):
        expansion(np.array([1.0, 2.0]), [Kind(reach, cost=np.array([1.0, unknown]))], budget=1.0)


def test_a_choice_without_limit_is_refused():
    towns = points(0, 1)
    with pytest.raises(ValueError, match="nothing limits the choice"):
        expansion(np.array([1.0, 2.0]), [Kind(catchment(towns, towns, 5_000.0))])


# --- against every possible choice ------------------------------------------------------------------------------------


@st.composite
def problems(draw):
    count, options = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    whole = st.integers(0, 20).map(float)
    amount = draw(st.sampled_from([whole, st.floats(0, 20, allow_subnormal=False)]))
    weights = np.array(draw(st.lists(amount, min_size=count, max_size=count)))
    covers = np.array(draw(st.lists(st.booleans(), min_size=count * options, max_size=count * options)), dtype=float)
    limits = tuple(
        Limit(np.array(draw(st.lists(st.integers(0, 5).map(float), min_size=options, max_size=options))), total)
        for total in draw(st.lists(st.integers(0, 9).map(float), min_size=1, max_size=3))
    )
    pairs = draw(st.lists(st.tuples(*[st.integers(0, options - 1)] * 2), max_size=6))
    conflicts = np.array([pair for pair in pairs if pair[0] != pair[1]], dtype=np.intp).reshape(-1, 2)
    return Covering(weights, csr_array(covers.reshape(count, options)), limits, conflicts)


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 3))
def test_the_proven_optimum_is_that_of_every_choice(problem, seed):
    found = maximise_coverage(problem, seed=seed)

    assert found.preuve is Preuve.OPTIMALE
    assert found.objective == pytest.approx(best_of_all(problem), rel=1e-9)
    assert found.objective == pytest.approx(value(problem, found.chosen), rel=1e-12)
    allowed(problem, found.chosen)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_first_answer_holds_the_optimum_between_objective_and_bound(problem):
    found = maximise_coverage(problem, prove=False)

    assert found.objective <= best_of_all(problem) * (1 + 1e-9) <= found.bound * (1 + 2e-9)
    allowed(problem, found.chosen)
    for other in found.nearby:
        allowed(problem, other.chosen)
        assert other.objective == pytest.approx(value(problem, other.chosen), rel=1e-12)


def allowed(problem, chosen):
    for limit in problem.limits:
        assert limit.costs[list(chosen)].sum() <= limit.total * (1 + 1e-9)
    pairs = {frozenset(pair) for pair in combinations(chosen, 2)}
    assert not pairs & {frozenset(map(int, pair)) for pair in problem.conflicts}


@pytest.mark.parametrize("seed", range(4))
def test_branching_finds_what_the_whole_programme_of_highs_finds(seed):
    """Large enough to branch, with costs, two kinds, spacing: against HiGHS on the plain model, gap zero."""
    random = np.random.default_rng(seed)
    towns = ORIGIN + random.uniform(0, 30_000, (70, 2))
    need = np.column_stack([random.integers(1, 400, 70), random.integers(1, 90, 70)]).astype(float)
    kinds = [
        Kind(catchment(towns, towns, 4_000.0), count=4, cost=random.integers(8, 30, 70).astype(float), serves=(0,)),
        Kind(catchment(towns, towns, 7_000.0), count=3, cost=random.integers(10, 40, 70).astype(float)),
    ]
    plan = expansion(need, kinds, budget=90.0, conflicts=too_close(towns, 3_000.0))

    found = maximise_coverage(plan.problem, seed=seed)

    assert found.preuve is Preuve.OPTIMALE
    assert found.objective == pytest.approx(plain(plan.problem), rel=1e-9)
    allowed(plan.problem, found.chosen)


def plain(problem):
    """The textbook model, every variable whole, solved by HiGHS through SciPy."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import eye_array, hstack

    count, options = problem.covers.shape
    costs = np.array([np.concatenate([np.zeros(count), limit.costs]) for limit in problem.limits])
    constraints = [
        LinearConstraint(hstack([eye_array(count), -problem.covers]), ub=0),
        LinearConstraint(costs, ub=[limit.total for limit in problem.limits]),
    ]
    pairs = np.array([pair for pair in problem.conflicts if pair[0] != pair[1]])
    rows = np.zeros((len(pairs), count + options))
    rows[np.arange(len(pairs)), count + pairs[:, 0]] = rows[np.arange(len(pairs)), count + pairs[:, 1]] = 1
    constraints.append(LinearConstraint(rows, ub=1))
    gains = np.concatenate([-problem.weights, np.zeros(options)])
    return -milp(gains, integrality=1, bounds=Bounds(0, 1), constraints=constraints, options={"mip_rel_gap": 0}).fun


# --- promises ---------------------------------------------------------------------------------------------------------


def region(radius, count):
    units, need = mainland("11")
    return expansion(need, [Kind(catchment(units, units, radius))], count=count).problem


def test_the_region_at_5_km_is_proven_and_says_how_it_got_there():
    told: list[Progress] = []

    found = maximise_coverage(region(5_000.0, 10), report=told.append)

    assert (found.objective, found.bound, found.preuve) == (7_389_998.0, 7_389_998.0, Preuve.OPTIMALE)
    assert len(found.nearby) == 5
    assert len({found.chosen, *(other.chosen for other in found.nearby)}) == 6
    values = [other.objective for other in found.nearby]
    assert values == sorted(values, reverse=True)
    assert found.objective >= values[0]
    bounds = [step.bound for step in told]
    assert bounds == sorted(bounds, reverse=True)
    assert [step.fraction for step in told] == sorted(step.fraction for step in told)
    assert told[-1] == Progress(1.0, found.chosen, found.objective, found.bound)


def test_the_same_seed_gives_the_same_answer():
    problem = region(7_500.0, 20)
    one, other = (maximise_coverage(problem, seed=3, prove=False) for _ in range(2))

    assert (one.chosen, one.bound, one.nearby) == (other.chosen, other.bound, other.nearby)


def test_running_out_of_time_is_a_gap_and_never_a_proof():
    found = maximise_coverage(region(10_000.0, 20), deadline=0.0)

    assert found.preuve is Preuve.ECART
    assert found.gap > 0
    assert found.bound == pytest.approx(found.objective * (1 + found.gap))


def test_no_time_at_all_still_gives_an_answer_and_a_bound():
    problem = region(5_000.0, 10)
    found = maximise_coverage(problem, deadline=0.0)

    assert len(found.chosen) == 10
    assert found.preuve is Preuve.ECART
    assert found.bound == problem.weights.sum()


@pytest.mark.parametrize(
    ("objective", "bound", "gap", "preuve"),
    [
        (100.0, 100.0, 0.0, Preuve.OPTIMALE),
        (100.0, 100.1, 0.001, Preuve.ECART),
        (100.0, 99.0, 0.01, Preuve.ECART),
        (0.0, 5.0, float("inf"), Preuve.ECART),
        (0.0, 0.0, 0.0, Preuve.OPTIMALE),
    ],
)
def test_the_proof_is_read_off_the_figures(objective, bound, gap, preuve):
    found = Siting((), objective, bound, (), 0.0, 0.0)

    assert found.gap == pytest.approx(gap)
    assert found.preuve is preuve
