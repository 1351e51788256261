"""The need of the fictional region: totals by département, spread over the communes and marked as estimates.

Some publics are only known by département, as in life: the platform spreads them by its own rule when they are read.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from maillage.demo.calibration import apportion
from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.services.qpv import Quartier

if TYPE_CHECKING:
    from maillage.demo.calibration import Numbers
    from maillage.demo.places import Places
    from maillage.demo.region import PublicFictif, Region

# The invented social gradient is a smooth field: this many waves, none shorter than the distance (metres).
WAVES, SHORTEST_M = 6, 15_000.0
# A count under this many people is withheld, but for the whole of the job seekers.
SECRET = 5
WHOLE = "defm_abc"
MILLESIME_QPV = 2024
# How much the share of a public differs from a département to another: standard deviation of its logarithm.
CONTRASTE = 0.08


def draw_lignes(region: Region, places: Places) -> dict[str, list[LigneBesoin]]:
    """Return, public by public and year by year, the total of each département and the figures of its communes.

    The communes add up to the département before the smallest are withheld.
    """
    field = _draw_field(region, places)
    lignes: dict[str, list[LigneBesoin]] = {}
    for public in region.publics:
        weights = places.population * np.exp(public.pente * field)
        lignes[public.code] = []
        for annee in region.annees_besoin:
            totals = _share(region, public, annee)
            for departement, total in zip(region.departements, totals, strict=True):
                level = Niveau.DEPARTEMENT
                lignes[public.code].append(LigneBesoin(departement.code, annee, Decimal(total), niveau=level))
                if public.niveau != Niveau.COMMUNE:
                    continue
                here = np.flatnonzero(places.departements == departement.code)
                values = apportion(total, weights[here])
                lignes[public.code] += [
                    LigneBesoin(str(places.codes[unit]), annee, _withhold(int(value), public), estime=True)
                    for unit, value in zip(here, values, strict=True)
                ]
    return lignes


def _share(region: Region, public: PublicFictif, annee: int) -> list[int]:
    """Return the total of each département: they add up to the share of the region, which is the published one."""
    seekers = np.array([departement.demandeurs for departement in region.departements], dtype=np.float64)
    total = round(float(seekers.sum()) * public.part / 100 * _trend(public, region.annee - annee))
    contrast = np.ones(len(seekers))
    if public.code != WHOLE:
        contrast = np.exp(region.draw(public.code).normal(0, CONTRASTE, len(seekers)))
    return [int(part) for part in apportion(total, seekers * contrast)]


def _trend(public: PublicFictif, years_before: int) -> float:
    """Return what a total was worth some years before the reference year, whose figures are the published ones."""
    return float((1 + public.evolution) ** -years_before)


def _withhold(value: int, public: PublicFictif) -> Decimal | None:
    return None if 0 < value < SECRET and public.code != WHOLE else Decimal(value)


def draw_quartiers(region: Region, places: Places) -> list[tuple[Quartier, dict[str, int]]]:
    """Return the fictional quarters, each in one of the largest communes of its département, and their figures."""
    draw, names = region.draw("quarters"), region.quartiers["noms"]
    low, high = region.quartiers["part"]
    found = []
    for departement in region.departements:
        here = np.flatnonzero(places.departements == departement.code)
        largest = here[np.argsort(-np.nan_to_num(places.population[here]), kind="stable")]
        for rank, unit in enumerate(largest[: region.quartiers["par_departement"]].tolist()):
            people = round(float(places.population[unit]) * draw.uniform(low, high))
            seekers = round(people * draw.uniform(0.11, 0.17))
            quartier = Quartier(f"QN0{departement.code}9{rank + 1}Z", names[rank], (str(places.codes[unit]),), None)
            found.append((quartier, {"qpv": people, "defm_abc": seekers, "femmes": round(0.47 * seekers)}))
    return found


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
