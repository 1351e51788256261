"""How many people of a public live in each unit: an imported series, else an estimate from the legal population."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.models import Besoin
from maillage.domains.diagnostics.queries.publics import ESTIMABLES, list_publics
from maillage.foundations.kernel.parameters import find_parametre
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.queries.passages import current_codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from maillage.domains.diagnostics.queries.publics import PublicConnu
    from maillage.foundations.compute.accessibility import FloatArray
    from maillage.foundations.kernel.parameters import Parametre
    from maillage.references.territoires.queries.geographie import Geographie


@dataclass(frozen=True, slots=True)
class Besoins:
    """The need of a public over the units of a region, in their order (nan: unknown).

    `estime` tells a figure deduced from another one, `part` is the parameter that it is deduced with. `millesimes` are
    the earlier divisions that some figures were written in, and `perdus` the codes of them that lead to no unit.
    """

    public: PublicConnu
    annee: int | None
    valeurs: FloatArray
    source: str
    estime: bool = False
    part: Parametre | None = None
    millesimes: tuple[int, ...] = ()
    perdus: tuple[str, ...] = ()


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
    """Read a series by code of unit; where the division in force says nothing, the latest earlier one does."""
    rows = Besoin.objects.filter(public__code=public.code, annee=annee, unite__region=geographie.region)
    series: defaultdict[int, dict[str, float]] = defaultdict(dict)
    sources, estime = set(), False
    for code, millesime, valeur, flag, source in rows.values_list(
        "unite__code", "unite__millesime", "valeur", "estime", "source"
    ):
        series[millesime][code] = np.nan if valeur is None else float(valeur)
        if valeur is not None:
            estime |= flag
            sources.add(source)
    valeurs = np.full(len(geographie.codes), np.nan)
    told = np.zeros(len(valeurs), dtype=bool)
    millesimes, perdus = [], []
    for millesime in sorted(series, reverse=True):
        carried, reached, lost = _carry(geographie, series[millesime], millesime)
        taken = reached & ~told
        valeurs[taken] = carried[taken]
        told |= reached
        perdus += lost
        if millesime != geographie.millesime and (taken.any() or lost):
            millesimes.append(millesime)
    source = "\u202f; ".join(sorted(filter(None, sources)))
    return Besoins(
        public, annee, valeurs, source, estime, millesimes=tuple(millesimes), perdus=tuple(sorted(set(perdus)))
    )


def _carry(
    geographie: Geographie, figures: Mapping[str, float], millesime: int
) -> tuple[FloatArray, NDArray[np.bool_], list[str]]:
    """Carry figures by code to the units of the geography: the values, which units are told, the codes left aside.

    Communes that have merged add up; the sum is unknown (nan) when the series withholds or lacks one of them.
    """
    position = {code: index for index, code in enumerate(geographie.codes.tolist())}
    values, reached = np.zeros(len(position)), np.zeros(len(position), dtype=bool)
    complete: Mapping[str, float] = figures
    passages: dict[str, str] = {}
    if millesime != geographie.millesime:
        units = Territoire.objects.unites().filter(region=geographie.region, millesime=millesime)
        complete = dict.fromkeys(units.values_list("code", flat=True), np.nan) | dict(figures)
        passages = current_codes(geographie.millesime)
    lost = []
    for code, value in complete.items():
        index = position.get(code, position.get(passages.get(code, ""), -1))
        if index >= 0:
            values[index] += value
            reached[index] |= code in figures
        elif code in figures:
            lost.append(code)
    return values, reached, lost


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
