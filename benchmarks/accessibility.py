"""E2SFCA from coordinates to scores: ours, and PySAL `access` given a ready table of the same pairs.

`access` runs on its fastest path: its function rather than its class, whole numbers as keys, distances given, and a
weight of one `math.exp`. `access_ufunc` goes further than its documentation, which weighs pair by pair: the cost column
holds -d²/2σ² already, so that NumPy's own `exp` weighs it whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from math import exp
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.memory import peak_mb
from benchmarks.timing import Result, side_by_side, timed
from maillage.foundations.compute.accessibility import FloatArray, Situation, access, what_if
from maillage.foundations.compute.catchments import Catchment, catchment
from maillage.foundations.compute.decays import gaussian
from maillage.foundations.compute.geodesy import to_lambert93
from maillage.references.territoires.queries.contours import read_contours
from maillage.references.territoires.queries.faits import get_decoupage, list_millesimes

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20181109
JITTER = 1500.0  # metres around the point of the host unit
AGREEMENT = 1e-9  # the largest relative difference between two scores that are called the same


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

    def pairs(self) -> Catchment:
        return catchment(self.units, self.sites, self.radius)

    def ours(self) -> FloatArray:
        return access(self.need, self.capacity, self.pairs().weights(gaussian(self.sigma))).scores

    def peer(self) -> Callable[[], FloatArray]:
        """Return the call of `access` on prepared tables: building them is not counted."""
        pairs = self.pairs()
        return self._peer(pairs, pairs.distances, self.radius, lambda metres: exp(-0.5 * (metres / self.sigma) ** 2))

    def peer_ufunc(self) -> Callable[[], FloatArray]:
        """Return the call of `access` on costs prepared for a weight that is a NumPy ufunc, radius already applied."""
        pairs = self.pairs()
        return self._peer(pairs, -0.5 * (pairs.distances / self.sigma) ** 2, None, np.exp)

    def _peer(self, pairs: Catchment, cost: FloatArray, limit: float | None, weight: Any) -> Callable[[], FloatArray]:
        from access.fca import two_stage_fca  # type: ignore[import-untyped]
        from pandas import DataFrame  # type: ignore[import-untyped]

        demand = DataFrame({"demand": self.need}).rename_axis("geoid")
        supply = DataFrame({"supply": self.capacity}).rename_axis("geoid")
        table = DataFrame({"origin": pairs.points.astype(np.int64), "dest": pairs.sites.astype(np.int64), "cost": cost})

        def compute() -> Any:
            scores = two_stage_fca(
                demand,
                supply,
                table,
                max_cost=limit,
                demand_name="demand",
                supply_name="supply",
                weight_fn=weight,
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


def region() -> Land:
    """Île-de-France: 400 sites, 15 km, σ = 5 km."""
    return Land.draw(*mainland("11"), sites=400, radius=15_000, sigma=5_000)


def france() -> Land:
    """The mainland: 4,000 sites, 30 km, σ = 10 km."""
    return Land.draw(*mainland(), sites=4_000, radius=30_000, sigma=10_000)


def region_ours() -> Callable[[], FloatArray]:
    return region().ours


def region_peer() -> Callable[[], FloatArray]:
    return region().peer()


def france_ours() -> Callable[[], FloatArray]:
    return france().ours


def france_peer() -> Callable[[], FloatArray]:
    return france().peer()


def france_peer_ufunc() -> Callable[[], FloatArray]:
    return france().peer_ufunc()


def _difference(scores: FloatArray, others: FloatArray) -> float:
    return float(np.max(np.abs(scores - others) / np.where(others > 0, others, 1)))


def _compare(land: Callable[[], Land], *, bar_ms: float, bar_ratio: float, bar_memory: float) -> Result:
    """Set times (of the processor: each side keeps to one core), scores and memory of both sides face to face.

    Memory holds at `bar_memory` times the peer's.
    """
    here = land()
    peer, ufunc, name = here.peer(), here.peer_ufunc(), land.__name__
    difference = max(_difference(here.ours(), peer()), _difference(here.ours(), ufunc()))
    ours_ms, access_ms = side_by_side(here.ours, peer, clock=process_time)
    again_ms, ufunc_ms = side_by_side(here.ours, ufunc, clock=process_time)
    ours_mb, access_mb = (peak_mb(f"{__name__}:{name}_{side}") for side in ("ours", "peer"))
    figures = {
        "units": len(here.need),
        "sites": len(here.sites),
        "pairs": len(here.pairs().distances),
        "ours_ms": f"{ours_ms:.1f}",
        "access_ms": f"{access_ms:.1f}",
        "ratio": f"{access_ms / ours_ms:.1f}",
        "access_ufunc_ms": f"{ufunc_ms:.1f}",
        "ufunc_ratio": f"{ufunc_ms / again_ms:.1f}",
        "peak_mb": f"{ours_mb:.0f}",
        "peer_peak_mb": f"{access_mb:.0f}",
        "max_relative_difference": f"{difference:.0e}",
        "bar_ms": f"{bar_ms:g}",
        "bar_ratio": f"{bar_ratio:g}",
        "bar_memory": f"{bar_memory:g}",
    }
    held = ours_ms <= bar_ms and access_ms >= bar_ratio * ours_ms and ours_mb <= bar_memory * access_mb
    return Result(figures, held=held and difference < AGREEMENT)


def _what_if() -> Result:
    """One SIAE of the mainland gets another capacity, closes, or opens, the rest kept: 5 ms each, distances of the new
    one included; and the same scores as a computation from the start."""
    land = france()
    weights = land.pairs().weights(gaussian(land.sigma))
    kept = Situation.of(land.need, land.capacity, weights)
    site = int(np.argmax(np.diff(weights.indptr)))  # the one with the most units in reach
    places, offered = np.vstack([land.sites, land.sites[site] + 500.0]), np.append(land.capacity, 20.0)

    def opening() -> FloatArray:
        column = catchment(land.units, places[-1:], land.radius).weights(gaussian(land.sigma))
        return what_if(kept, opened=column, opened_capacity=offered[-1:]).scores

    acts = {
        "change": lambda: what_if(kept, {site: 20.0}).scores,
        "close": lambda: what_if(kept, {site: 0.0}).scores,
        "open": opening,
    }
    changed, closed = land.capacity.copy(), np.delete(np.arange(len(land.sites)), site)
    changed[site] = 20.0
    fresh = {
        "change": Land(land.units, land.need, land.sites, changed, land.radius, land.sigma),
        "close": Land(land.units, land.need, land.sites[closed], land.capacity[closed], land.radius, land.sigma),
        "open": Land(land.units, land.need, places, offered, land.radius, land.sigma),
    }
    times = {name: timed(act, runs=21) for name, act in acts.items()}
    difference = max(_difference(act(), fresh[name].ours()) for name, act in acts.items())
    figures = {
        "units": len(land.need),
        "sites": len(land.sites),
        **{f"{name}_ms": f"{time:.2f}" for name, time in times.items()},
        "fresh_ms": f"{timed(land.ours):.1f}",
        "max_relative_difference": f"{difference:.0e}",
        "bar_ms": 5,
    }
    return Result(figures, held=max(times.values()) <= 5 and difference < AGREEMENT)


BENCHES = {
    "accessibility": partial(_compare, region, bar_ms=25, bar_ratio=8, bar_memory=1),
    "accessibility_france": partial(_compare, france, bar_ms=250, bar_ratio=8, bar_memory=0.5),
    "accessibility_what_if": _what_if,
}
