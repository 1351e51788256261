"""E2SFCA from coordinates to scores: ours, and PySAL `access` given a ready table of the same pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.timing import Result, side_by_side, timed
from maillage.foundations.compute.accessibility import FloatArray, access
from maillage.foundations.compute.catchments import catchment
from maillage.foundations.compute.decays import gaussian
from maillage.foundations.compute.geodesy import to_lambert93
from maillage.references.territoires.queries.contours import read_contours
from maillage.references.territoires.queries.faits import get_decoupage, list_millesimes

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20181109
JITTER = 1500.0  # metres around the point of the host unit


@dataclass(frozen=True)
class Land:
    """The real units, and sites drawn from a seed in proportion to the population."""

    units: FloatArray
    need: FloatArray
    sites: FloatArray
    capacity: FloatArray
    radius: float
    sigma: float

    @classmethod
    def draw(cls, units: FloatArray, need: FloatArray, *, sites: int, radius: float, sigma: float) -> Land:
        random = np.random.default_rng(SEED)
        hosts = random.choice(len(need), sites, p=need / need.sum())
        places = units[hosts] + random.normal(0, JITTER, (sites, 2))
        return cls(units, need, places, random.lognormal(2.5, 0.8, sites), radius, sigma)

    def ours(self) -> FloatArray:
        weights = catchment(self.units, self.sites, self.radius).weights(gaussian(self.sigma))
        return access(self.need, self.capacity, weights).scores

    def peer(self) -> Callable[[], FloatArray]:
        """Return the call of `access` on prepared tables: building them is not counted."""
        from access.fca import two_stage_fca  # type: ignore[import-untyped]
        from pandas import DataFrame  # type: ignore[import-untyped]

        pairs = catchment(self.units, self.sites, self.radius)
        demand = DataFrame({"demand": self.need}).rename_axis("geoid")
        supply = DataFrame({"supply": self.capacity}).rename_axis("geoid")
        cost = DataFrame({"origin": pairs.points, "dest": pairs.sites, "cost": pairs.distances})

        def compute() -> Any:
            scores = two_stage_fca(
                demand,
                supply,
                cost,
                max_cost=self.radius,
                demand_name="demand",
                supply_name="supply",
                weight_fn=lambda metres: exp(-0.5 * (metres / self.sigma) ** 2),
            )
            return scores.reindex(range(len(self.need)), fill_value=0.0).to_numpy()

        return compute


@cache
def mainland(region: str = "") -> tuple[FloatArray, FloatArray]:
    """Return the points (Lambert-93) and the population of the units of a region, by default of all the mainland.

    Units without outline or population are left out, as are those beyond the reach of the projection.
    """
    decoupage, outlines = get_decoupage(list_millesimes()[-1]), read_contours().communes
    split = {commune.commune_mere for commune in decoupage.communes}  # Paris, Lyon, Marseille: by their arrondissements
    lands = {region} if region else decoupage.lambert93
    kept = [
        commune
        for commune in decoupage.communes
        if commune.region in lands and commune.population and commune.code in outlines and commune.code not in split
    ]
    points = shapely.point_on_surface([outlines[commune.code] for commune in kept])
    units = np.column_stack(to_lambert93(shapely.get_x(points), shapely.get_y(points)))
    return units, np.array([float(commune.population or 0) for commune in kept])


def _region() -> Land:
    return Land.draw(*mainland("11"), sites=400, radius=15_000, sigma=5_000)


def _france() -> Land:
    return Land.draw(*mainland(), sites=4_000, radius=30_000, sigma=10_000)


def _compare(land: Land, *, bar_ms: float) -> Result:
    peer = land.peer()
    theirs = peer()
    difference = float(np.max(np.abs(land.ours() - theirs) / np.where(theirs > 0, theirs, 1)))
    ours_ms, access_ms = side_by_side(land.ours, peer)
    figures = {
        "units": len(land.need),
        "sites": len(land.sites),
        "pairs": len(catchment(land.units, land.sites, land.radius).distances),
        "ours_ms": f"{ours_ms:.1f}",
        "access_ms": f"{access_ms:.1f}",
        "ratio": f"{access_ms / ours_ms:.1f}",
        "max_relative_difference": f"{difference:.0e}",
        "bar_ms": f"{bar_ms:g}",
    }
    return Result(figures, held=ours_ms <= bar_ms and difference < 1e-9)


def region() -> Result:
    """Île-de-France: 400 sites, 15 km, σ = 5 km."""
    return _compare(_region(), bar_ms=25)


def france() -> Result:
    """The mainland: 4,000 sites, 30 km, σ = 10 km; the bar is a quarter of a second."""
    return _compare(_france(), bar_ms=250)


def scenario() -> Result:
    """A what-if on the mainland (another capacity everywhere) with the weights kept: 5 ms."""
    land = _france()
    weights = catchment(land.units, land.sites, land.radius).weights(gaussian(land.sigma))
    ours_ms = timed(lambda: access(land.need, land.capacity, weights), runs=21)
    figures = {"units": len(land.need), "sites": len(land.sites), "ours_ms": f"{ours_ms:.2f}", "bar_ms": 5}
    return Result(figures, held=ours_ms <= 5)


BENCHES = {"accessibility": region, "accessibility_france": france, "accessibility_scenario": scenario}
