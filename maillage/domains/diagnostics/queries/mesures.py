"""The arithmetic of coverage over arrays: sums by territory, rate, proximity, accessibility, rank and class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maillage.domains.diagnostics.enums import Capacite, Classe, Critere
from maillage.domains.diagnostics.rules import Mesure, Seuils, Verdict, judge
from maillage.foundations.compute.accessibility import FloatArray, IntArray, Model, apl, mean, total
from maillage.foundations.compute.catchments import Catchment, catchment, nearest, travel
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.compute.gaps import gap
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csc_array

    from maillage.references.structures.queries.offre import Offre
    from maillage.references.territoires.queries.geographie import Geographie, Partition
    from maillage.references.territoires.queries.trajets import Matrice

BoolArray: TypeAlias = NDArray[np.bool_]
POUR_MILLE = 1000.0


@dataclass(frozen=True, slots=True)
class Ligne:
    """One territory. None is unknown and 0 is none: without any site a territory has 0 ETP; with silent ones, None.

    `siae` counts each SIAE once, where its main site is; `sites` counts every site. `taux` and `accessibilite` are per
    1,000 people of the public, in the capacity of the computation; `portee` is the share of the public (0 to 1) with a
    site nearby, and `portee_par_type` the same by kind of SIAE. `rang` 1 is the lowest accessibility of its maille,
    `rang_taux` the lowest rate. `besoin` is the sum over `unites_connues` of the `unites`, where `part_connue` of the
    population lives (0 to 1): when that is too little, no measure is known.

    `manque` is what the units short of the target lack to reach it, in the capacity of the computation: it adds up over
    units. `part_blanche` is the share of the public that can reach no supply at all.
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
    taux_etp: float | None
    taux_postes: float | None
    portee: float | None
    portee_par_type: dict[str, float | None]
    accessibilite: float | None
    rang: int | None
    rang_taux: int | None
    manque: float | None
    part_blanche: float | None
    verdict: Verdict
    mesures: tuple[Mesure, ...]

    @property
    def classe(self) -> Classe | None:
        """The class of the territory; None when nothing is said."""
        return self.verdict.classe

    @property
    def ecart_rang(self) -> int | None:
        """How many ranks the territory gains (or loses, under 0) from the rate to accessibility, blind to borders."""
        return None if self.rang is None or self.rang_taux is None else self.rang - self.rang_taux


@dataclass(frozen=True, slots=True)
class Groupe:
    """A public among those that share the supply: its need over the units (nan: unknown), what one of its people
    weighs, and how far they go at most, in metres or minutes."""

    code: str
    libelle: str
    besoin: FloatArray
    poids: float
    rayon: float


@dataclass(frozen=True, slots=True)
class Reglages:
    """The settings of one computation, in metres, or in minutes when there is a `matrice` of travel times.

    `sigma` is that of a pair whose reach is `rayon`; `variantes` are the other σ that a verdict must survive.
    `rayons_unites` and `rayons_sites` are the reach of each unit and of each site when they differ.
    `part_connue_min` is the share of the population whose units must have a known need for a measure to be given.
    `cible` is the accessibility per person that `manque` is counted from (None: that of the region). `interne` is the
    time within a unit that the matrix does not tell.
    """

    rayon: float
    sigma: float
    variantes: tuple[float, ...]
    proximite: float
    part_connue_min: float
    seuils: Seuils
    modele: Model = Model.E2SFCA
    decroissance: str = "gaussienne"
    rayons_unites: FloatArray | None = None
    rayons_sites: FloatArray | None = None
    matrice: Matrice | None = None
    interne: float = 0.0
    cible: float | None = None


@dataclass(frozen=True, slots=True)
class Releve:
    """What is measured once on the units and sites of a region, before any sum.

    Over units: `besoin` (nan: unknown; weighted when several publics share the supply), `proche` (1 when a site is
    near) and the same by kind, `scores` for each σ, nan where the unit has no point or no known need, and by public
    when there are several. Over sites: `unite` (position, -1 outside), `capacite` (nan: unknown), `face` (the need of
    its unit is known: it counts in the rate and the scores). `hors_portee`: such sites without anyone in reach, whose
    capacity is in no score. `hors_matrice`: sites of known need that the matrix of travel times does not know.
    """

    geographie: Geographie
    offre: Offre
    reglages: Reglages
    groupes: tuple[Groupe, ...]
    besoin: FloatArray
    capacite: FloatArray
    unite: IntArray
    face: BoolArray
    proche: FloatArray
    proche_par_type: dict[str, FloatArray]
    scores: tuple[FloatArray, ...]
    scores_par_groupe: FloatArray
    hors_portee: IntArray
    hors_matrice: IntArray

    @property
    def cible(self) -> float:
        """The accessibility per person that the gap is counted from; nan when the region has none."""
        if self.reglages.cible is not None:
            return self.reglages.cible
        whole = _Groupe(self, np.zeros(len(self.besoin), dtype=np.intp), 1)
        return float(whole.criteria()[Critere.ACCESSIBILITE][0][0]) / POUR_MILLE

    @property
    def manque(self) -> FloatArray:
        """What each unit lacks to reach the target, in capacity; nan where its need or its score is unknown."""
        if not np.isfinite(self.cible):
            return np.full(len(self.besoin), np.nan)
        return gap(self.besoin, self.scores[0], self.cible)


def capacity_of(offre: Offre, capacite: Capacite) -> FloatArray:
    """Return what each site offers (nan: unknown). A SIAE counted as a structure counts for one over all its sites."""
    if capacite == Capacite.ETP:
        return offre.etp
    if capacite == Capacite.POSTES:
        return offre.postes
    _, owner, count = np.unique(offre.siae_pk, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[owner], dtype=np.float64)


def measure(
    geographie: Geographie, offre: Offre, groupes: Sequence[Groupe], capacite: FloatArray, reglages: Reglages
) -> Releve:
    """Measure proximity and accessibility on every unit. Sites of unknown capacity are near, but weigh nothing.

    A unit of unknown need, or that the matrix of travel times does not know, is, for accessibility, as if beyond the
    region: neither its people nor its sites count.
    """
    position = {code: index for index, code in enumerate(geographie.codes.tolist())}
    unite = np.array([position.get(code, -1) for code in offre.unite_code.tolist()], dtype=np.intp)
    points, sites = np.column_stack((geographie.x, geographie.y)), np.column_stack((offre.x, offre.y))
    placed, standing = np.isfinite(points.sum(axis=1)), np.isfinite(sites.sum(axis=1))
    weighted = sum((groupe.poids * groupe.besoin for groupe in groupes), np.zeros(len(points)))
    besoin = np.asarray(weighted, dtype=np.float64)
    known = np.isfinite(besoin)
    face = (unite >= 0) & known[unite]
    asking, counted = placed & known, standing & np.isfinite(capacite) & face
    hors_matrice = np.empty(0, dtype=np.intp)
    if reglages.matrice is not None:
        connues = reglages.matrice.connues
        asking, told = known & connues, connues[unite]
        hors_matrice = np.flatnonzero(np.isfinite(capacite) & face & ~told)
        counted = np.isfinite(capacite) & face & told
    scores, by_group, lost = _share(points, sites, unite, asking, counted, groupes, capacite, reglages)
    near = {
        kind: (nearest(points[placed], sites[standing & kept]) <= reglages.proximite).astype(np.float64)
        for kind, kept in {
            "": np.ones(len(sites), dtype=np.bool_),
            **{kind: offre.type == kind for kind in TypeSiae.values},
        }.items()
    }
    spread = {kind: _spread(values, placed) for kind, values in near.items()}
    return Releve(
        geographie,
        offre,
        reglages,
        tuple(groupes),
        besoin,
        capacite,
        unite,
        face,
        proche=spread.pop(""),
        proche_par_type=spread,
        scores=tuple(_spread(score, asking) for score in scores),
        scores_par_groupe=np.column_stack([_spread(column, asking) for column in by_group.T]),
        hors_portee=np.flatnonzero(counted)[lost],
        hors_matrice=hors_matrice,
    )


def _share(
    points: FloatArray,
    sites: FloatArray,
    unite: IntArray,
    asking: BoolArray,
    counted: BoolArray,
    groupes: Sequence[Groupe],
    capacite: FloatArray,
    reglages: Reglages,
) -> tuple[list[FloatArray], FloatArray, IntArray]:
    """Share the supply between the publics under each σ: the scores, those of each public, the sites nobody reaches."""
    needs = np.column_stack([groupe.besoin[asking] for groupe in groupes])
    shares = np.array([groupe.poids for groupe in groupes])
    rayons = dict.fromkeys(groupe.rayon for groupe in groupes)
    pairs = {rayon: _pairs(points, sites, unite, asking, counted, rayon, reglages) for rayon in rayons}
    build = FAMILIES[reglages.decroissance].build
    bends = FAMILIES[reglages.decroissance].bends and reglages.modele != Model.TWO_STEP
    scores: list[FloatArray] = []
    for sigma in (reglages.sigma, *(reglages.variantes if bends else ())):
        decay = build(reglages.rayon, sigma)
        weights = {rayon: pair.weights(decay, reglages.rayon) for rayon, pair in pairs.items()}
        each: list[csc_array] = [weights[groupe.rayon] for groupe in groupes]
        result = apl(needs, shares, capacite[counted], each if len(weights) > 1 else each[:1], reglages.modele)
        if not scores:
            by_group, lost = result.groups, result.lost
        scores.append(result.scores)
    return scores, by_group, lost


def _pairs(
    points: FloatArray,
    sites: FloatArray,
    unite: IntArray,
    asking: BoolArray,
    counted: BoolArray,
    rayon: float,
    reglages: Reglages,
) -> Catchment:
    """Pair the units and the sites in reach of one another, by straight distance or by travel time."""
    reach: FloatArray | float = rayon
    site_reach: FloatArray | float = np.inf
    if reglages.rayons_unites is not None:
        reach = reglages.rayons_unites[asking]
    if reglages.rayons_sites is not None:
        reach, site_reach = np.inf, reglages.rayons_sites[counted]
    if reglages.matrice is None:
        return catchment(points[asking], sites[counted], reach, site_reach)
    start, where, minutes = _travel_pairs(reglages.matrice, unite[counted], asking, reglages.interne)
    return travel((int(asking.sum()), int(counted.sum())), start, where, minutes, reach, site_reach)


def _travel_pairs(
    matrice: Matrice, unite: IntArray, asking: BoolArray, interne: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the pairs (asking unit, site, minutes): a site takes the times of its unit.

    The time within a unit that the matrix leaves out is `interne`.
    """
    start, end, minutes = matrice.origines, matrice.destinations, matrice.minutes
    alone = np.setdiff1d(np.flatnonzero(matrice.connues), start[start == end])
    start, end = np.concatenate((start, alone)), np.concatenate((end, alone))
    minutes = np.concatenate((minutes, np.full(len(alone), interne)))
    held = asking[start]
    start, end, minutes = (np.cumsum(asking) - 1)[start[held]], end[held], minutes[held]
    order = np.argsort(unite, kind="stable")
    first = np.searchsorted(unite[order], end, side="left")
    count = np.searchsorted(unite[order], end, side="right") - first
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(start, count), order[np.repeat(first, count) + within], np.repeat(minutes, count)


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
        return {
            Critere.TAUX: [self.taux(releve.capacite)],
            Critere.PORTEE: [self.by_need(releve.proche)],
            Critere.ACCESSIBILITE: [POUR_MILLE * self.by_need(score) for score in releve.scores],
        }

    def besoin(self) -> FloatArray:
        """Return the need of each group, unknown where too few of its people live where it is known."""
        besoin = total(self.releve.besoin, self.units, self.size)
        besoin[self.part_connue() < self.releve.reglages.part_connue_min] = np.nan
        return besoin

    def taux(self, capacite: FloatArray) -> FloatArray:
        """Return a capacity per 1,000 people of the public, over the units of known need."""
        taux, besoin = np.full(self.size, np.nan), self.besoin()
        np.divide(POUR_MILLE * self.supply(capacite, self.releve.face), besoin, out=taux, where=besoin > 0)
        return taux

    def by_need(self, values: FloatArray) -> FloatArray:
        """Return the mean of a figure of the units over the people of the public."""
        mean_values = mean(values, self.releve.besoin, self.units, self.size)
        return np.where(np.isnan(self.besoin()), np.nan, mean_values)


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
    reach = [_known(groupe.by_need(near), digits=9) for near in releve.proche_par_type.values()]
    blank = np.where(np.isnan(releve.scores[0]), np.nan, (releve.scores[0] == 0).astype(np.float64))
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
        _known(criteria[Critere.TAUX][0], digits=9),
        *(_known(groupe.taux(figures), digits=9) for figures in (offre.etp, offre.postes)),
        _known(criteria[Critere.PORTEE][0], digits=9),
        [dict(zip(kinds, row, strict=True)) for row in zip(*reach, strict=True)],
        _known(criteria[Critere.ACCESSIBILITE][0], digits=9),
        _ranks(criteria[Critere.ACCESSIBILITE][0]),
        _ranks(criteria[Critere.TAUX][0]),
        _known(total(releve.manque, partition.index, groupe.size), digits=9),  # small in a commune, and it adds up
        _known(groupe.by_need(blank), digits=9),
        [Verdict(None) if maille == Maille.REGION else judge(row, releve.reglages.seuils) for row in mesures],
        mesures,
    )
    return tuple(Ligne(maille, *row) for row in zip(*columns, strict=True))


def access_by(releve: Releve, partition: Partition) -> FloatArray:
    """Return the accessibility of each territory per 1,000 people, nan where it is unknown."""
    return _Groupe(releve, partition.index, len(partition.codes)).criteria()[Critere.ACCESSIBILITE][0]


def access_by_group(releve: Releve, units: IntArray) -> list[float | None]:
    """Return the accessibility of each public per 1,000 of its people among these units, None where it is unknown."""
    one = np.zeros(len(units), dtype=np.intp)
    columns = zip(releve.groupes, releve.scores_par_groupe.T, strict=True)
    values = [mean(score[units], groupe.besoin[units], one, 1)[0] for groupe, score in columns]
    return _known(POUR_MILLE * np.array(values), digits=9)


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
