"""The arithmetic of coverage over arrays: sums by territory, rate, proximity, accessibility, rank and class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maillage.domains.diagnostics.enums import Capacite, Classe, Critere
from maillage.domains.diagnostics.rules import Mesure, Seuils, classify
from maillage.foundations.compute.accessibility import FloatArray, IntArray, access, mean, total
from maillage.foundations.compute.catchments import catchment, nearest
from maillage.foundations.compute.decays import gaussian
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from maillage.references.structures.queries.offre import Offre
    from maillage.references.territoires.queries.geographie import Geographie, Partition

BoolArray: TypeAlias = NDArray[np.bool_]
POUR_MILLE = 1000.0


@dataclass(frozen=True, slots=True)
class Ligne:
    """One territory. None is unknown and 0 is none: without any site a territory has 0 ETP; with silent ones, None.

    `siae` counts each SIAE once, where its main site is; `sites` counts every site. `taux` and `accessibilite` are per
    1,000 people of the public, in the capacity of the computation; `portee` is the share of the public (0 to 1) with a
    site nearby. `rang` 1 is the lowest accessibility of its maille. `besoin` is the sum over `unites_connues` of the
    `unites`, where `part_connue` of the population lives (0 to 1): when that is too little, no measure is known.
    """

    maille: Maille
    code: str
    niveau: str
    nom: str
    departement: str
    population: float | None
    besoin: float | None
    unites: int
    unites_connues: int
    part_connue: float | None
    siae: int
    siae_par_type: dict[str, int]
    sites: int
    sites_sans_capacite: int
    salaries: float | None
    postes: float | None
    etp: float | None
    taux: float | None
    portee: float | None
    accessibilite: float | None
    rang: int | None
    classe: Classe | None
    mesures: tuple[Mesure, ...]


@dataclass(frozen=True, slots=True)
class Reglages:
    """The settings of one computation: distances in metres; `variantes` are the other σ that a verdict must survive.

    `part_connue_min` is the share of the population whose units must have a known need for a measure to be given.
    """

    rayon: float
    sigma: float
    variantes: tuple[float, ...]
    proximite: float
    part_connue_min: float
    seuils: Seuils


@dataclass(frozen=True, slots=True)
class Releve:
    """What is measured once on the units and sites of a region, before any sum.

    Over units: `besoin` (nan: unknown), `proche` (1 when a site is near), `scores` for each σ, nan where the unit has
    no point or no known need. Over sites: `unite` (position, -1 outside), `capacite` (nan: unknown), `face` (the need
    of its unit is known: it counts in the rate and the scores). `hors_portee`: such sites without anyone in reach,
    whose capacity is in no score.
    """

    geographie: Geographie
    offre: Offre
    reglages: Reglages
    besoin: FloatArray
    capacite: FloatArray
    unite: IntArray
    face: BoolArray
    proche: FloatArray
    scores: tuple[FloatArray, ...]
    hors_portee: IntArray


def capacity_of(offre: Offre, capacite: Capacite) -> FloatArray:
    """Return what each site offers (nan: unknown). A SIAE counted as a structure counts for one over all its sites."""
    if capacite == Capacite.ETP:
        return offre.etp
    if capacite == Capacite.POSTES:
        return offre.postes
    _, owner, count = np.unique(offre.siae_pk, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[owner], dtype=np.float64)


def measure(
    geographie: Geographie, offre: Offre, besoin: FloatArray, capacite: FloatArray, reglages: Reglages
) -> Releve:
    """Measure proximity and accessibility on every unit. Sites of unknown capacity are near, but weigh nothing.

    A unit of unknown need is, for accessibility, as if beyond the region: neither its people nor its sites count.
    """
    position = {code: index for index, code in enumerate(geographie.codes.tolist())}
    unite = np.array([position.get(code, -1) for code in offre.unite_code.tolist()], dtype=np.intp)
    points, sites = np.column_stack((geographie.x, geographie.y)), np.column_stack((offre.x, offre.y))
    placed, standing = np.isfinite(points.sum(axis=1)), np.isfinite(sites.sum(axis=1))
    face = (unite >= 0) & np.isfinite(besoin)[unite]
    asking, counted = placed & np.isfinite(besoin), standing & np.isfinite(capacite) & face
    pairs = catchment(points[asking], sites[counted], reglages.rayon)
    results = [
        access(besoin[asking], capacite[counted], pairs.weights(gaussian(sigma)))
        for sigma in (reglages.sigma, *reglages.variantes)
    ]
    near = (nearest(points[placed], sites[standing]) <= reglages.proximite).astype(np.float64)
    return Releve(
        geographie,
        offre,
        reglages,
        besoin,
        capacite,
        unite,
        face,
        proche=_spread(near, placed),
        scores=tuple(_spread(result.scores, asking) for result in results),
        hors_portee=np.flatnonzero(counted)[results[0].lost],
    )


def _spread(values: FloatArray, where: BoolArray) -> FloatArray:
    spread = np.full(len(where), np.nan)
    spread[where] = values
    return spread


@dataclass(frozen=True, slots=True)
class _Groupe:
    """The sums of a survey over one partition: `units` and `sites` give the group of each."""

    releve: Releve
    units: IntArray
    size: int

    @property
    def sites(self) -> IntArray:
        unite = self.releve.unite
        return np.where(unite >= 0, self.units[unite], -1)

    def count(self, kept: BoolArray) -> IntArray:
        """Count the kept sites by group."""
        group = self.sites[kept]
        return np.bincount(group[group >= 0], minlength=self.size)

    def supply(self, figures: FloatArray, kept: BoolArray) -> FloatArray:
        """Sum a figure of the kept sites by group: 0 where there is none, unknown where none tells it."""
        sums = total(np.where(kept, figures, np.nan), self.sites, self.size)
        sums[self.count(kept) == 0] = 0.0
        return sums

    def part_connue(self) -> FloatArray:
        """Return the share of the population of each group that lives where the need is known.

        A unit of unknown population weighs nothing; where none has a known population, units weigh the same.
        """
        known = np.isfinite(self.releve.besoin).astype(np.float64)
        share = mean(known, self.releve.geographie.population, self.units, self.size)
        return np.where(np.isnan(share), mean(known, np.ones_like(known), self.units, self.size), share)

    def criteria(self) -> dict[Critere, list[FloatArray]]:
        """Return the three measures by group: the first array is the measure, the others its variants.

        Supply and need are set face to face over the units of known need only; all is unknown where they are too few.
        """
        releve = self.releve
        besoin = total(releve.besoin, self.units, self.size)
        besoin[self.part_connue() < releve.reglages.part_connue_min] = np.nan
        taux: FloatArray = np.full(self.size, np.nan)
        np.divide(POUR_MILLE * self.supply(releve.capacite, releve.face), besoin, out=taux, where=besoin > 0)

        def by_need(values: FloatArray) -> FloatArray:
            return np.where(np.isnan(besoin), np.nan, mean(values, releve.besoin, self.units, self.size))

        return {
            Critere.TAUX: [taux],
            Critere.PORTEE: [by_need(releve.proche)],
            Critere.ACCESSIBILITE: [POUR_MILLE * by_need(score) for score in releve.scores],
        }


def summarise(releve: Releve, maille: Maille, partition: Partition) -> tuple[Ligne, ...]:
    """Return one line per territory of a partition, in its order, each judged against the region."""
    groupe = _Groupe(releve, partition.index, len(partition.codes))
    offre, geographie = releve.offre, releve.geographie
    every = np.ones(len(releve.unite), dtype=bool)
    held = partition.index >= 0
    criteria = groupe.criteria()
    whole = _Groupe(releve, np.zeros(len(geographie.codes), dtype=np.intp), 1).criteria()
    kinds = TypeSiae.values
    counts = [groupe.count(offre.principale & (offre.type == kind)).tolist() for kind in kinds]
    mesures = _mesures(criteria, whole, groupe.size)
    columns = (
        partition.codes.tolist(),
        partition.niveaux.tolist(),
        partition.noms.tolist(),
        _departements(geographie, partition) if maille != Maille.REGION else [""] * groupe.size,
        _known(total(geographie.population, partition.index, groupe.size)),
        _known(total(releve.besoin, partition.index, groupe.size)),
        np.bincount(partition.index[held], minlength=groupe.size).tolist(),
        np.bincount(partition.index[held & np.isfinite(releve.besoin)], minlength=groupe.size).tolist(),
        _known(groupe.part_connue(), digits=9),
        groupe.count(offre.principale).tolist(),
        [dict(zip(kinds, row, strict=True)) for row in zip(*counts, strict=True)],
        groupe.count(every).tolist(),
        groupe.count(np.isnan(releve.capacite)).tolist(),
        *(_known(groupe.supply(figures, every)) for figures in (offre.salaries, offre.postes, offre.etp)),
        *(_known(criteria[critere][0], digits=9) for critere in Critere),
        _ranks(criteria[Critere.ACCESSIBILITE][0]),
        [None if maille == Maille.REGION else classify(row, releve.reglages.seuils) for row in mesures],
        mesures,
    )
    return tuple(Ligne(maille, *row) for row in zip(*columns, strict=True))


def _mesures(
    criteria: dict[Critere, list[FloatArray]], whole: dict[Critere, list[FloatArray]], size: int
) -> list[tuple[Mesure, ...]]:
    """Set each measure of each group beside the region's."""
    known = {critere: [_known(values, digits=9) for values in series] for critere, series in criteria.items()}
    reference = {critere: [_known(values, digits=9)[0] for values in series] for critere, series in whole.items()}
    return [
        tuple(
            Mesure(
                critere,
                series[0][row],
                reference[critere][0],
                tuple((values[row], other) for values, other in zip(series[1:], reference[critere][1:], strict=True)),
            )
            for critere, series in known.items()
        )
        for row in range(size)
    ]


def _known(values: FloatArray, digits: int = 2) -> list[float | None]:
    """Return plain numbers, None for unknown ones."""
    return [None if value != value else value for value in np.round(values, digits).tolist()]


def _ranks(values: FloatArray) -> list[int | None]:
    """Return the rank of each known value from the lowest, 1; equals share the best rank."""
    ordered = np.sort(values[np.isfinite(values)])
    ranks = np.searchsorted(ordered, values, side="left") + 1
    return [rank if known else None for rank, known in zip(ranks.tolist(), np.isfinite(values).tolist(), strict=True)]


def _departements(geographie: Geographie, partition: Partition) -> list[str]:
    """Return the département of each territory: that of most of its units, in an EPCI astride two."""
    names, codes = np.unique(geographie.departements, return_inverse=True)
    held = partition.index >= 0
    votes = np.zeros((len(partition.codes), len(names)), dtype=np.intp)
    np.add.at(votes, (partition.index[held], codes[held]), 1)
    return [str(name) for name in names[votes.argmax(axis=1)]]
