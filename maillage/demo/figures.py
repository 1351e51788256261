"""How many people each fictional SIAE employs, in which département, doing what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maillage.demo.calibration import apportion, apportion_by, balance

if TYPE_CHECKING:
    from maillage.demo.calibration import Integers, Numbers
    from maillage.demo.region import Region

# Part of the work that a SIAE with a site in a second département does there, and how much its figures vary by chance.
SECOND_PART = 0.25
NOISE_SALARIES, NOISE_YEAR = 0.08, 0.05
GROUPS_PER_SIAE = (0.15, 0.5, 0.35)  # chances of one, two, three groups of sectors


@dataclass(frozen=True, slots=True)
class Cells:
    """One position per SIAE and département where it works: positions of both, then figures of the reference year."""

    siae: Integers
    departement: Integers
    etp_cents: Integers
    salaries: Integers


def draw_cells(region: Region, kinds: Integers, departements: Integers, seconds: dict[int, int]) -> Cells:
    """Draw the figures of SIAE of these kinds and départements; `seconds` gives the second département of some.

    The ETP add up to each kind's total, the employees to each département's; those of a kind are within one person per
    département of its share.
    """
    draw = region.draw("figures")
    siae = np.concatenate([np.arange(len(kinds)), np.array(list(seconds), dtype=np.int64)])
    places = np.concatenate([departements, np.array(list(seconds.values()), dtype=np.int64)])
    kind = kinds[siae]
    spread = np.array([each.dispersion for each in region.types])[kinds]
    size = np.exp(draw.normal(0.0, spread))[siae]
    size[len(kinds) :] *= SECOND_PART
    etp = apportion_by([int(each.etp * 100) for each in region.types], kind, size)
    seed = etp * np.exp(draw.normal(0.0, NOISE_SALARIES, len(etp)))
    by_kind = apportion(region.salaries, np.array([each.part_salaries for each in region.types]))
    by_place = apportion(region.salaries, np.array([each.part_salaries for each in region.departements]))
    table = np.zeros((len(by_kind), len(by_place)))
    np.add.at(table, (kind, places), seed)
    factor = balance(table, by_kind.astype(float), by_place.astype(float)) / np.where(table > 0, table, 1.0)
    return Cells(siae, places, etp, apportion_by(by_place.tolist(), places, seed * factor[kind, places]))


def draw_groups(region: Region, kinds: Integers, etp: Numbers) -> Numbers:
    """Return the ETP of each SIAE (row) in each group of sectors (column), whose sums have the published shares."""
    draw = region.draw("groups")
    codes = list(region.groupes)
    shares = np.array(list(region.groupes.values()))
    seed = np.zeros((len(kinds), len(codes)))
    for row, kind in enumerate(kinds):
        affinity = np.array([region.types[kind].affinites.get(code, 1.0) for code in codes])
        chances = shares * affinity
        count = 1 + draw.choice(len(GROUPS_PER_SIAE), p=GROUPS_PER_SIAE)
        chosen = draw.choice(len(codes), size=count, replace=False, p=chances / chances.sum())
        seed[row, chosen] = draw.dirichlet(np.full(count, 4.0)) * etp[row]
    return balance(seed, etp, shares / shares.sum() * etp.sum())


def draw_years(region: Region, kinds: Integers, cells: Cells) -> dict[int, tuple[Integers, Integers]]:
    """Return, for each year before the reference one, the ETP (cents) and employees of every cell, by kind's trend."""
    draw = region.draw("years")
    trend = np.array([each.evolution for each in region.types])[kinds[cells.siae]]
    years = {}
    for annee in region.annees[:-1]:
        factor = (1 + trend) ** (annee - region.annee) * np.exp(draw.normal(0.0, NOISE_YEAR, len(trend)))
        years[annee] = (
            np.rint(cells.etp_cents * factor).astype(np.int64),
            np.maximum(1, np.rint(cells.salaries * factor)).astype(np.int64),
        )
    return years
