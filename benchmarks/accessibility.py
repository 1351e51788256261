"""E2SFCA from coordinates to scores: ours, and PySAL `access` given a ready table of the same pairs."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.timing import Result, timed
from maillage.foundations.compute.accessibility import FloatArray, catchment, e2sfca, gaussian

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20181109


@dataclass(frozen=True)
class Land:
    """Towns and sites drawn once from the seed: a few large towns, many small ones, sites in proportion to need."""

    towns: FloatArray
    need: FloatArray
    sites: FloatArray
    capacity: FloatArray
    radius: float
    sigma: float

    @classmethod
    def draw(cls, towns: int, sites: int, *, side: float, radius: float, sigma: float) -> Land:
        random = np.random.default_rng(SEED)
        places = np.array([600_000.0, 6_500_000.0]) + random.uniform(0, side, (towns, 2))
        need = np.round(random.lognormal(6.2, 1.5, towns)) + 1
        hosts = random.choice(towns, sites, p=need / need.sum())
        return cls(
            places,
            need,
            places[hosts] + random.normal(0, 1500, (sites, 2)),
            random.lognormal(2.5, 0.8, sites),
            radius,
            sigma,
        )

    def ours(self) -> FloatArray:
        weights = catchment(self.towns, self.sites, self.radius).weights(gaussian(self.sigma))
        return e2sfca(self.need, self.capacity, weights).scores

    def peer(self) -> Callable[[], Any]:
        """Return the call of `access` on prepared tables: building them is not counted."""
        from access.fca import two_stage_fca
        from pandas import DataFrame

        pairs = catchment(self.towns, self.sites, self.radius)
        demand = DataFrame({"demand": self.need}).rename_axis("geoid")
        supply = DataFrame({"supply": self.capacity}).rename_axis("geoid")
        cost = DataFrame({"origin": pairs.points, "dest": pairs.sites, "cost": pairs.distances})
        return lambda: two_stage_fca(
            demand,
            supply,
            cost,
            max_cost=self.radius,
            demand_name="demand",
            supply_name="supply",
            weight_fn=lambda metres: exp(-0.5 * (metres / self.sigma) ** 2),
        )


def _compare(name: str, land: Land, *, bar_ms: float) -> Result:
    peer = land.peer()
    theirs = peer().reindex(range(len(land.need))).fillna(0.0).to_numpy()
    difference = float(np.max(np.abs(land.ours() - theirs) / np.maximum(theirs, 1e-300)))
    ours_ms, access_ms = timed(land.ours), timed(peer)
    figures = {
        "units": len(land.need),
        "sites": len(land.sites),
        "pairs": len(catchment(land.towns, land.sites, land.radius).distances),
        "ours_ms": f"{ours_ms:.1f}",
        "access_ms": f"{access_ms:.1f}",
        "ratio": f"{access_ms / ours_ms:.1f}",
        "max_relative_difference": f"{difference:.0e}",
        "bar_ms": f"{bar_ms:g}",
    }
    return Result(name, figures, held=ours_ms <= bar_ms and difference < 1e-9)


def region() -> Result:
    """A region: 1,285 units, 400 sites, 15 km, σ = 5 km."""
    return _compare("accessibility", Land.draw(1285, 400, side=110_000, radius=15_000, sigma=5_000), bar_ms=25)


def france() -> Result:
    """The mainland: 34,779 units, 4,000 sites, 30 km, σ = 10 km; the bar is a quarter of a second."""
    land = Land.draw(34_779, 4_000, side=740_000, radius=30_000, sigma=10_000)
    return _compare("accessibility_france", land, bar_ms=250)


def scenario() -> Result:
    """A what-if on the mainland (another capacity everywhere) with the weights kept: 5 ms."""
    land = Land.draw(34_779, 4_000, side=740_000, radius=30_000, sigma=10_000)
    weights = catchment(land.towns, land.sites, land.radius).weights(gaussian(land.sigma))
    ours_ms = timed(lambda: e2sfca(land.need, land.capacity, weights), runs=21)
    figures = {"units": len(land.need), "sites": len(land.sites), "ours_ms": f"{ours_ms:.2f}", "bar_ms": 5}
    return Result("accessibility_scenario", figures, held=ours_ms <= 5)
