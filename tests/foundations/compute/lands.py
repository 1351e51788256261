"""Small lands for the tests of accessibility: towns and sites in whole metres, formulas as papers write them."""

from __future__ import annotations

from math import hypot

import numpy as np
from hypothesis import strategies as st

from maillage.foundations.compute.accessibility import Model

ORIGIN = np.array([650_000.0, 6_860_000.0])  # the heart of Île-de-France, in Lambert-93

coordinates = st.tuples(st.integers(0, 40_000), st.integers(0, 40_000))
towns = st.lists(st.tuples(coordinates, st.integers(0, 50_000)), min_size=1, max_size=12)
sites = st.lists(st.tuples(coordinates, st.integers(0, 300)), min_size=1, max_size=12)


def points(*metres):
    return ORIGIN + np.array(metres, dtype=float).reshape(-1, 2)


def unpack(rows):
    """Return the places and the amounts of drawn towns or sites."""
    return points(*[place for place, _ in rows]), np.array([float(amount) for _, amount in rows])


def reach(demand, supply):
    return [[hypot(*(i - j)) for j in supply] for i in demand]


def double_loop(need, capacity, distances, held, decay, model):
    """Two loops over the pairs that `held(i, j)` says are in the catchment."""
    towns, sites = range(len(need)), range(len(capacity))

    def inside(i, j):
        return 1.0 if held(i, j) else 0.0

    def f(i, j):
        return decay(distances[i][j]) if held(i, j) else 0.0

    def chosen(i, j):
        choice = sum(f(i, k) for k in sites)
        return f(i, j) / choice * f(i, j) if choice else 0.0

    first, second = {
        Model.TWO_STEP: (inside, inside),
        Model.E2SFCA: (f, f),
        Model.THREE_STEP: (chosen, chosen),
        Model.M2SFCA: (f, lambda i, j: f(i, j) ** 2),
    }[model]
    ratios = []
    for j in sites:
        people = sum(need[i] * first(i, j) for i in towns)
        ratios.append(capacity[j] / people if people else 0.0)
    return [sum(ratios[j] * second(i, j) for j in sites) for i in towns]
