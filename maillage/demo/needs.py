"""The need of the fictional region: totals by département, spread over the communes and marked as estimates."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from maillage.demo.calibration import apportion
from maillage.domains.diagnostics.rules import LigneBesoin

if TYPE_CHECKING:
    from maillage.demo.calibration import Numbers
    from maillage.demo.places import Places
    from maillage.demo.region import Region

# The invented social gradient is a smooth field: this many waves, none shorter than the distance (metres).
WAVES, SHORTEST_M = 6, 15_000.0


def draw_lignes(region: Region, places: Places) -> dict[str, list[LigneBesoin]]:
    """Return, public by public, one line per unit for the reference year; each département keeps its total."""
    field = _draw_field(region, places)
    lignes: dict[str, list[LigneBesoin]] = {}
    for public, (part, pente) in region.publics.items():
        lignes[public] = []
        weights = places.population * np.exp(pente * field)
        for departement in region.departements:
            here = np.flatnonzero(places.departements == departement.code)
            values = apportion(round(departement.demandeurs * part / 100), weights[here])
            lignes[public] += [
                LigneBesoin(str(places.codes[unit]), region.annee, Decimal(int(value)), estime=True)
                for unit, value in zip(here, values, strict=True)
            ]
    return lignes


def _draw_field(region: Region, places: Places) -> Numbers:
    """Return a smooth field over the units, centred and reduced; neighbours are alike."""
    draw = region.draw("needs")
    x, y = np.nan_to_num(places.x), np.nan_to_num(places.y)
    field: Numbers = np.zeros(len(x))
    for _ in range(WAVES):
        angle, phase = draw.uniform(0, 2 * np.pi, 2)
        length = SHORTEST_M * draw.uniform(1, 3)
        field += np.cos(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / length + phase)
    field -= field.mean()
    field /= field.std()
    return field
