"""Fictional times by public transport between the communes of the region: slower away from the centre, capped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from maillage.references.territoires.enums import Mode
from maillage.references.territoires.services.trajets import LigneTrajet

if TYPE_CHECKING:
    from maillage.demo.places import Places
    from maillage.demo.region import Region

# Minutes on foot and waiting, metres a minute on board among the dense communes and elsewhere, the longest time kept.
ACCESS, FAST, SLOW, LONGEST = 10, 480.0, 360.0, 45
# A commune so small that the invented producer does not serve it: its times are unknown. Few enough to stay readable.
SERVED, BUSY = 250, 10_000


def draw_trajets(region: Region, places: Places) -> list[LigneTrajet]:
    """Return the times between the served communes that are within reach of one another."""
    served = np.flatnonzero(np.isfinite(places.x) & (places.population >= SERVED))
    points = np.column_stack((places.x[served], places.y[served]))
    pairs = (
        cKDTree(points)
        .sparse_distance_matrix(cKDTree(points), (LONGEST - ACCESS) * FAST, output_type="coo_matrix")
        .tocoo()
    )
    start, end = served[pairs.row], served[pairs.col]
    busy = (places.population[start] >= BUSY) & (places.population[end] >= BUSY)
    minutes = np.round(ACCESS + pairs.data / np.where(busy, FAST, SLOW)).astype(int)
    kept = minutes <= LONGEST
    year = max(region.annees)
    lines = [
        LigneTrajet(origin, destination, time, Mode.TRANSPORTS, year)
        for origin, destination, time in zip(
            places.codes[start[kept]].tolist(), places.codes[end[kept]].tolist(), minutes[kept].tolist(), strict=True
        )
    ]
    inner = [LigneTrajet(code, code, ACCESS, Mode.TRANSPORTS, year) for code in places.codes[served].tolist()]
    known = {(line.origine, line.destination) for line in lines}
    return lines + [line for line in inner if (line.origine, line.destination) not in known]
