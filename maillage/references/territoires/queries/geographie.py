"""The geography of a region as arrays, ready to be computed with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, FilteredRelation, Max, Q
from numpy.typing import NDArray

from maillage.references.territoires.enums import MAILLES_COUVRANTES, Maille, Niveau
from maillage.references.territoires.models import Appartenance, Population, Territoire
from maillage.references.territoires.queries.millesimes import current_millesime
from maillage.references.territoires.rules import single_millesime

if TYPE_CHECKING:
    from collections.abc import Sequence

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.intp]
TextArray: TypeAlias = NDArray[np.str_]

# Ensembles of these levels follow the COG; zones and quarters have vintages of their own.
_COG = {Niveau.VILLE, Niveau.EPT, Niveau.EPCI, Niveau.METROPOLE, Niveau.DEPARTEMENT, Niveau.REGION}


@dataclass(frozen=True, slots=True)
class Partition:
    """The ensembles of one maille, by name; `index[i]` is the position of unit i's ensemble, -1 when it has none."""

    maille: Maille
    codes: TextArray
    noms: TextArray
    niveaux: TextArray
    index: IntArray


@dataclass(frozen=True, slots=True)
class Geographie:
    """The units of a region, by code, in one vintage of the division.

    `x` and `y` are Lambert-93 metres, nan for a unit without outline; `population` is the municipal population of
    `population_annee`, the newest one known in the region, nan where the source lacks it.
    """

    region: str
    millesime: int
    pks: IntArray
    codes: TextArray
    noms: TextArray
    x: FloatArray
    y: FloatArray
    population: FloatArray
    population_annee: int | None
    departements: TextArray
    partitions: dict[Maille, Partition]


def get_geographie(
    region: str, *, mailles: Sequence[Maille] = MAILLES_COUVRANTES, millesime: int | None = None
) -> Geographie:
    """Return the geography of a region in a vintage (the newest one loaded by default), in four queries.

    Raise `LookupError` when the region is not loaded, `MillesimesMeles` when its ensembles are of another vintage.
    """
    millesime = millesime or current_millesime(region)
    annee = Population.objects.filter(unite__region=region, unite__millesime=millesime).aggregate(Max("annee"))
    population_annee = annee["annee__max"]
    units = _read_units(region, millesime, population_annee)
    pks = np.array(units["pk"], dtype=np.intp)
    partitions = {Maille.COMMUNE: _communes(units)} if Maille.COMMUNE in mailles else {}
    partitions |= _read_partitions(region, millesime, [maille for maille in mailles if maille != Maille.COMMUNE], pks)
    return Geographie(
        region=region,
        millesime=millesime,
        pks=pks,
        codes=np.array(units["code"], dtype=np.str_),
        noms=np.array(units["nom"], dtype=np.str_),
        x=np.array(units["x"], dtype=np.float64),
        y=np.array(units["y"], dtype=np.float64),
        population=np.array(units["valeur"], dtype=np.float64),
        population_annee=population_annee,
        departements=np.array(units["departement"], dtype=np.str_),
        partitions=partitions,
    )


def _read_units(region: str, millesime: int, annee: int | None) -> dict[str, Sequence[Any]]:
    columns = ("pk", "code", "nom", "x", "y", "valeur", "departement")
    rows = (
        Territoire.objects.unites()
        .filter(region=region, millesime=millesime)
        .annotate(de_annee=FilteredRelation("populations", condition=Q(populations__annee=annee)))
        .annotate(valeur=F("de_annee__valeur"))
        .order_by("code")
        .values_list(*columns)
    )
    return dict(zip(columns, zip(*rows, strict=True), strict=True))


def _communes(units: dict[str, Sequence[Any]]) -> Partition:
    size = len(units["pk"])
    return Partition(
        Maille.COMMUNE,
        codes=np.array(units["code"], dtype=np.str_),
        noms=np.array(units["nom"], dtype=np.str_),
        niveaux=np.full(size, Niveau.COMMUNE.value),
        index=np.arange(size, dtype=np.intp),
    )


def _read_partitions(region: str, millesime: int, mailles: Sequence[Maille], pks: IntArray) -> dict[Maille, Partition]:
    """Read the ensembles with their units gathered by the database: a hundred rows rather than ten thousand."""
    rows = (
        Appartenance.objects.filter(unite__region=region, unite__millesime=millesime, maille__in=mailles)
        .values("maille", "ensemble__code", "ensemble__nom", "ensemble__niveau", "ensemble__millesime")
        .annotate(unites=ArrayAgg("unite_id"))
        .order_by("ensemble__nom_recherche", "ensemble__code")
    )
    groups: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row["maille"]].append(row)
    return {maille: _partition(maille, groups[maille], pks, millesime) for maille in mailles}


def _partition(maille: Maille, rows: list[Any], pks: IntArray, millesime: int) -> Partition:
    single_millesime([millesime, *(row["ensemble__millesime"] for row in rows if row["ensemble__niveau"] in _COG)])
    order = np.argsort(pks)
    index = np.full(len(pks), -1, dtype=np.intp)
    for position, row in enumerate(rows):
        index[order[np.searchsorted(pks, row["unites"], sorter=order)]] = position
    return Partition(
        maille,
        codes=np.array([row["ensemble__code"] for row in rows], dtype=np.str_),
        noms=np.array([row["ensemble__nom"] for row in rows], dtype=np.str_),
        niveaux=np.array([row["ensemble__niveau"] for row in rows], dtype=np.str_),
        index=index,
    )
