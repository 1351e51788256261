"""How many people of a public live in each unit: an imported series, else an estimate from the legal population.

A series is kept at the level of its producer; a figure known above alone reaches the units by `repartition.fill`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.models import Besoin
from maillage.domains.diagnostics.queries.publics import ESTIMABLES, QUARTIERS, list_publics
from maillage.domains.diagnostics.queries.repartition import Cle, Unites, add_quartiers, fill
from maillage.domains.diagnostics.rules import nearest_year
from maillage.foundations.kernel.parameters import find_parametre
from maillage.references.territoires.enums import Niveau
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

    `estime` tells that a figure at least was not counted, `estimees` which units hold one, `secretes` which are
    withheld by their producer; `regles` says in French how figures known above were spread. `part` is the parameter
    that an estimate without series is deduced with. `totaux` are what the producer gives for larger territories, by
    level and code: they hold what it withholds below. `millesimes` are the earlier divisions that some figures were
    written in, and `perdus` the codes of them that lead to no unit.
    """

    public: PublicConnu
    annee: int | None
    valeurs: FloatArray
    source: str
    estime: bool = False
    part: Parametre | None = None
    millesimes: tuple[int, ...] = ()
    perdus: tuple[str, ...] = ()
    secretes: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    estimees: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    regles: tuple[str, ...] = ()
    totaux: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = len(self.valeurs)
        if len(self.secretes) != size:  # nobody withholds what is estimated or missing as a whole
            object.__setattr__(self, "secretes", np.zeros(size, dtype=bool))
            object.__setattr__(self, "estimees", np.full(size, self.estime) & np.isfinite(self.valeurs))


def get_besoins(
    geographie: Geographie,
    public: str,
    annee: int | None,
    series: Mapping[str, Sequence[int]],
    *,
    on: date,
    cles: dict[tuple[str, int | None], Cle | None] | None = None,
) -> Besoins:
    """Return the need of `public` (a code of the table) for `annee`, by default the latest year known.

    `series` is `list_series(region)`. Without an imported series, the population in working age is the legal population
    times the share of the 15-64 in the region; another public is then unknown everywhere. A figure known above alone is
    spread over the units by the rule of the public. `cles` keeps the keys read for one public, for the next ones.
    """
    entry = list_publics()[public]
    annees = series.get(public, ())
    if annee in annees or (annee is None and annees):
        known = {} if cles is None else cles
        return _imported(geographie, entry, annee or annees[0], series, on, known)
    if public in ESTIMABLES:
        return _estimated(geographie, entry, on)
    return Besoins(entry, annee, np.full(len(geographie.codes), np.nan), "aucune série importée")


@dataclass(frozen=True, slots=True)
class _Lu:
    """A series as its producers wrote it: figures by vintage, level and code (nan: withheld), flags and sources."""

    unites: dict[int, dict[str, float]]
    estimees: dict[int, dict[str, float]]
    au_dessus: dict[tuple[str, str], float]
    quartiers: dict[str, float]
    sources: set[str]


def _read(region: str, public: str, annee: int) -> _Lu:
    """Read a series in one query; of a larger territory told in several vintages, the newest wins."""
    rows = Besoin.objects.filter(public__code=public, annee=annee, territoire__region=region)
    lu = _Lu(defaultdict(dict), defaultdict(dict), {}, {}, set())
    for niveau, code, millesime, valeur, flag, source in rows.order_by("territoire__millesime").values_list(
        "territoire__niveau",
        "territoire__code",
        "territoire__millesime",
        "valeur",
        "estime",
        "source",
    ):
        value = np.nan if valeur is None else float(valeur)
        if niveau == Niveau.COMMUNE:
            lu.unites[millesime][code] = value
            lu.estimees[millesime][code] = float(flag and valeur is not None)
        elif niveau == Niveau.QPV:
            lu.quartiers[code] = value
        else:
            lu.au_dessus[niveau, code] = value
        if valeur is not None:
            lu.sources.add(source)
    return lu


def _imported(
    geographie: Geographie,
    public: PublicConnu,
    annee: int,
    series: Mapping[str, Sequence[int]],
    on: date,
    known: dict[tuple[str, int | None], Cle | None],
) -> Besoins:
    """Read a series, carry it to the units in force, then fill what is known above alone."""
    lu = _read(geographie.region, public.code, annee)
    unites, millesimes, perdus = _units(geographie, lu)
    regles = []
    if public.code == QUARTIERS:
        regles += add_quartiers(geographie, unites, lu.quartiers)
    cles = (partial(_keep_key, known, geographie, code, annee, series, on) for code in public.repartition)
    regles += fill(geographie, unites, lu.au_dessus, cles)
    return Besoins(
        public,
        annee,
        unites.valeurs,
        "\u202f; ".join(sorted(filter(None, lu.sources))),
        bool(unites.estimees.any()),
        millesimes=millesimes,
        perdus=perdus,
        secretes=unites.secretes,
        estimees=unites.estimees,
        regles=tuple(regles),
        totaux=lu.au_dessus,
    )


def _keep_key(
    known: dict[tuple[str, int | None], Cle | None],
    geographie: Geographie,
    code: str,
    annee: int,
    series: Mapping[str, Sequence[int]],
    on: date,
) -> Cle | None:
    """Return a key, read once for its year."""
    place = code, nearest_year(series.get(code, ()), annee)
    if place not in known:
        known[place] = _key(geographie, *place, on)
    return known[place]


def _key(geographie: Geographie, code: str, annee: int | None, on: date) -> Cle | None:
    """Return the figures of another public as they were counted; without a series, None or the estimate there is."""
    entry = list_publics()[code]
    if annee is None:
        if code not in ESTIMABLES:
            return None
        estimate = _estimated(geographie, entry, on)
        return Cle(f"{entry.libelle} ({estimate.source})", estimate.valeurs)
    unites, _, _ = _units(geographie, _read(geographie.region, code, annee))
    return Cle(f"{entry.libelle} ({annee})", unites.valeurs)


def _units(geographie: Geographie, lu: _Lu) -> tuple[Unites, tuple[int, ...], tuple[str, ...]]:
    """Return the figures of the units; where the division in force says nothing, the latest earlier one does.

    Beside them, the earlier divisions that served, and the codes of them that lead to no unit.
    """
    size = len(geographie.codes)
    valeurs, estimees, told = np.full(size, np.nan), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    millesimes, perdus = [], []
    for millesime in sorted(lu.unites, reverse=True):
        carried, reached, lost = _carry(geographie, lu.unites[millesime], millesime)
        flags, _, _ = _carry(geographie, lu.estimees[millesime], millesime)
        taken = reached & ~told
        valeurs[taken] = carried[taken]
        estimees[taken] = flags[taken] > 0
        told |= reached
        perdus += lost
        if millesime != geographie.millesime and (taken.any() or lost):
            millesimes.append(millesime)
    return Unites(valeurs, told & np.isnan(valeurs), estimees), tuple(millesimes), tuple(sorted(set(perdus)))


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
