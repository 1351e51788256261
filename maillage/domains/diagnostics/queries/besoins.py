"""How many people of a public live in each unit: an imported series, else an estimate from the legal population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.models import Besoin
from maillage.domains.diagnostics.queries.publics import ESTIMABLES, list_publics
from maillage.foundations.kernel.parameters import find_parametre

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from maillage.domains.diagnostics.queries.publics import PublicConnu
    from maillage.foundations.compute.accessibility import FloatArray
    from maillage.foundations.kernel.parameters import Parametre
    from maillage.references.territoires.queries.geographie import Geographie


@dataclass(frozen=True, slots=True)
class Besoins:
    """The need of a public over the units of a region, in their order (nan: unknown).

    `estime` tells a figure deduced from another one, `part` is the parameter that it is deduced with.
    """

    public: PublicConnu
    annee: int | None
    valeurs: FloatArray
    source: str
    estime: bool = False
    part: Parametre | None = None


def get_besoins(
    geographie: Geographie, public: str, annee: int | None, series: Mapping[str, Sequence[int]], *, on: date
) -> Besoins:
    """Return the need of `public` (a code of the table) for `annee`, by default the latest year known.

    `series` is `list_series(region)`. Without an imported series, the population in working age is the legal population
    times the share of the 15-64 in the region; another public is then unknown everywhere.
    """
    entry = list_publics()[public]
    annees = series.get(public, ())
    if annee in annees or (annee is None and annees):
        return _imported(geographie, entry, annee or annees[0])
    if public in ESTIMABLES:
        return _estimated(geographie, entry, on)
    return Besoins(entry, annee, np.full(len(geographie.codes), np.nan), "aucune série importée")


def _imported(geographie: Geographie, public: PublicConnu, annee: int) -> Besoins:
    rows = Besoin.objects.filter(public__code=public.code, annee=annee, unite__region=geographie.region)
    position = {pk: index for index, pk in enumerate(geographie.pks.tolist())}
    valeurs = np.full(len(geographie.codes), np.nan)
    sources, estime = set(), False
    for pk, valeur, flag, source in rows.values_list("unite_id", "valeur", "estime", "source"):
        if pk in position and valeur is not None:
            valeurs[position[pk]] = float(valeur)
            estime |= flag
            sources.add(source)
    return Besoins(public, annee, valeurs, "\u202f; ".join(sorted(filter(None, sources))), estime)


def _estimated(geographie: Geographie, public: PublicConnu, on: date) -> Besoins:
    annee = geographie.population_annee
    source = f"Insee, populations légales {annee}"
    if public.code == "population":
        return Besoins(public, annee, geographie.population, source)
    share = find_parametre(f"diagnostics.part_15_64_{geographie.region}", on=on)
    if share is None:
        return Besoins(
            public, annee, np.full(len(geographie.codes), np.nan), "part des 15-64 ans inconnue pour la région"
        )
    valeurs = np.round(geographie.population * float(share.value) / 100, 2)
    return Besoins(public, annee, valeurs, f"{source} × {share.source}", estime=True, part=share)
