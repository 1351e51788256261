"""The publics of a territory beside those of the larger ones that hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.db.models import Count, Max, Q, Sum

from maillage.domains.diagnostics.enums import Nature
from maillage.domains.diagnostics.models import Besoin
from maillage.domains.diagnostics.queries.besoins import get_besoins
from maillage.domains.diagnostics.queries.publics import QUARTIERS, list_available, list_series
from maillage.domains.diagnostics.rules import PUBLIC_PAR_DEFAUT, nearest_year
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.queries.geographie import get_geographie
from maillage.references.territoires.queries.millesimes import find_millesime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from maillage.domains.diagnostics.queries.besoins import Besoins
    from maillage.domains.diagnostics.queries.publics import PublicConnu
    from maillage.domains.diagnostics.queries.repartition import Cle
    from maillage.foundations.compute.accessibility import FloatArray, IntArray
    from maillage.references.territoires.queries.geographie import Geographie

MILLE = 1000
# What the publics are counted among, rather than people who need the IAE.
FONDS = frozenset({"population", "population_active_age"})
_SURES = frozenset({Nature.COMPTE, Nature.SOMME, Nature.ESTIME})


@dataclass(frozen=True, slots=True)
class Lieu:
    """A territory of a profile and the positions of its units in the geography."""

    niveau: Niveau
    code: str
    nom: str
    unites: IntArray


@dataclass(frozen=True, slots=True)
class Chiffre:
    """The figure of a public in a territory; `pour_mille` of its people of working age (None: unknown)."""

    valeur: float | None
    nature: Nature
    pour_mille: float | None = None


@dataclass(frozen=True, slots=True)
class LigneProfil:
    """A public in the territory of the profile and in the larger ones, all of the same year and definition."""

    public: PublicConnu
    annee: int | None
    source: str
    chiffres: tuple[Chiffre, ...]

    @property
    def court(self) -> str:
        return self.public.court

    @property
    def famille(self) -> str:
        return self.public.famille

    @property
    def ici(self) -> Chiffre:
        return self.chiffres[0]

    @property
    def indice(self) -> float | None:
        """The rate here when that of the region is 100; None when either is unknown or a mere minimum."""
        here, region = self.ici, self.chiffres[-1]
        if here.pour_mille is None or not region.pour_mille or not {here.nature, region.nature} <= _SURES:
            return None
        return round(100 * here.pour_mille / region.pour_mille, 1)


@dataclass(frozen=True, slots=True)
class Profil:
    """The publics of a territory; `lieux` begins with it and ends with the region.

    `regles` tells, public by public, how figures known above were spread; `annees` are the years known of any public.
    """

    lieux: tuple[Lieu, ...]
    lignes: tuple[LigneProfil, ...]
    regles: tuple[tuple[str, str], ...]
    annees: tuple[int, ...]

    @property
    def ici(self) -> Lieu:
        return self.lieux[0]


class _Donne(NamedTuple):
    """A figure that a producer gives for a territory that is no unit."""

    valeur: float | None
    source: str
    estime: bool


class _Somme(NamedTuple):
    """What the database adds up over the units of a territory: sum, and how many are told, known, estimated."""

    valeur: float | None
    lignes: int
    connus: int
    estimes: int


@dataclass(frozen=True, slots=True)
class _Donnees:
    """What is known of each public, by code: given above, added up from the units, and from which source."""

    donnes: dict[str, dict[tuple[str, str], _Donne]]
    sommes: dict[str, tuple[_Somme, ...]]
    sources: dict[str, str]
    departements: int


def get_profil(region: str, niveau: str, code: str, *, annee: int | None = None, on: date) -> Profil | None:
    """Return the profile of a territory of the region, None when there is no such territory, or no region loaded.

    Each public is told for the year asked or the nearest one known (by default, its latest). A figure is the producer's
    own for the territory; else the sum of its units, when each is told; else what the rule of the public spreads over
    them; else a minimum. The number of queries depends on the publics, not on the territories.
    """
    if find_millesime(region) is None:
        return None
    geographie = get_geographie(region, mailles=tuple(Maille))
    lieux = _find_lieux(geographie, niveau, code)
    if not lieux:
        return None
    series = list_series(region)
    years = {each.code: _year(series.get(each.code, ()), annee) for each in list_available(series)}
    active = get_besoins(geographie, PUBLIC_PAR_DEFAUT, years[PUBLIC_PAR_DEFAUT], series, on=on).valeurs
    donnees = _read(geographie, lieux, years)
    lignes, regles = [], []
    cles: dict[tuple[str, int | None], Cle | None] = {}
    for public in list_available(series):
        besoins = None
        if _is_partial(public.code, lieux, donnees):
            besoins = get_besoins(geographie, public.code, years[public.code], series, on=on, cles=cles)
            regles += [(public.court, regle) for regle in besoins.regles]
        chiffres = tuple(
            _rate(_figure(public.code, place, lieu, donnees, besoins), public, active[lieu.unites])
            for place, lieu in enumerate(lieux)
        )
        year = besoins.annee if besoins else years[public.code]
        source = besoins.source if besoins else donnees.sources.get(public.code, "")
        if given := donnees.donnes.get(public.code, {}).get((lieux[0].niveau, lieux[0].code)):
            source = given.source
        lignes.append(LigneProfil(public, year, source, chiffres))
    known = sorted({year for each in series.values() for year in each}, reverse=True)
    return Profil(lieux, tuple(lignes), tuple(regles), tuple(known))


def _year(known: tuple[int, ...], asked: int | None) -> int | None:
    return nearest_year(known, asked) if asked else max(known, default=None)


def _find_lieux(geographie: Geographie, niveau: str, code: str) -> tuple[Lieu, ...]:
    """Return the territory, the département that holds it if there is one, and the region."""
    here, region = _find(geographie, niveau, code), _find(geographie, Niveau.REGION, geographie.region)
    if here is None or region is None:
        return ()
    if here.niveau == Niveau.REGION:
        return (region,)
    departements = set(geographie.departements[here.unites].tolist())
    if here.niveau == Niveau.DEPARTEMENT or len(departements) > 1:
        return here, region
    departement = _find(geographie, Niveau.DEPARTEMENT, departements.pop())
    return (here, departement, region) if departement else (here, region)


def _find(geographie: Geographie, niveau: str, code: str) -> Lieu | None:
    """Return a territory of the geography by its level and code, whichever partition holds it."""
    for partition in geographie.partitions.values():
        found = np.flatnonzero((partition.codes == code) & (partition.niveaux == niveau))
        if found.size:
            units = np.flatnonzero(np.isin(partition.index, found))
            return Lieu(Niveau(niveau), code, str(partition.noms[found[0]]), units)
    return None


def _read(geographie: Geographie, lieux: tuple[Lieu, ...], years: Mapping[str, int | None]) -> _Donnees:
    """Read what is given and what adds up, each public in its year: two queries."""
    wanted = Q(pk__in=[])
    for year in {year for year in years.values() if year}:
        wanted |= Q(annee=year, public__code__in=[code for code, known in years.items() if known == year])
    rows = Besoin.objects.filter(wanted, territoire__region=geographie.region)
    donnes: dict[str, dict[tuple[str, str], _Donne]] = {}
    above = rows.exclude(territoire__niveau__in=[Niveau.COMMUNE, Niveau.QPV]).order_by("territoire__millesime")
    for public, niveau, code, valeur, source, estime in above.values_list(
        "public__code", "territoire__niveau", "territoire__code", "valeur", "source", "estime"
    ):
        figure = _Donne(None if valeur is None else float(valeur), source, estime)
        donnes.setdefault(public, {})[niveau, code] = figure
    units = rows.filter(territoire__niveau=Niveau.COMMUNE, territoire__millesime=geographie.millesime)
    asked: Any = units.values("public__code").order_by()
    sums = list(asked.annotate(source=Max("source"), **_sums(geographie, lieux)))
    names = ("valeur", "lignes", "connus", "estimes")
    return _Donnees(
        donnes,
        {
            row["public__code"]: tuple(
                _Somme(*(row[f"{name}_{place}"] for name in names)) for place in range(len(lieux))
            )
            for row in sums
        },
        {row["public__code"]: row["source"] for row in sums},
        len(geographie.partitions[Maille.DEPARTEMENT].codes),
    )


def _sums(geographie: Geographie, lieux: tuple[Lieu, ...]) -> dict[str, Any]:
    """Return the sums to ask of the database, for each territory."""
    asked: dict[str, Any] = {}
    for place, lieu in enumerate(lieux):
        units = geographie.pks[lieu.unites].tolist()
        here = Q() if lieu.niveau == Niveau.REGION else Q(territoire__in=units)
        asked |= {
            f"valeur_{place}": Sum("valeur", filter=here),
            f"lignes_{place}": Count("pk", filter=here),
            f"connus_{place}": Count("valeur", filter=here),
            f"estimes_{place}": Count("pk", filter=here & Q(estime=True, valeur__isnull=False)),
        }
    return asked


def _is_partial(public: str, lieux: tuple[Lieu, ...], donnees: _Donnees) -> bool:
    """Tell whether a figure at least is neither given nor the sum of units that are all told."""
    if public == QUARTIERS or public not in donnees.sommes.keys() | donnees.donnes.keys():
        return True
    sums, given = donnees.sommes.get(public), donnees.donnes.get(public, {})
    return any(
        (lieu.niveau, lieu.code) not in given
        and (sums is None or sums[place].lignes != len(lieu.unites))
        and (lieu.niveau != Niveau.REGION or _sum_of_departements(public, donnees) is None)
        for place, lieu in enumerate(lieux)
    )


def _sum_of_departements(public: str, donnees: _Donnees) -> float | None:
    """Return the total of the départements when each of them is given, else None."""
    given = donnees.donnes.get(public, {})
    parts = [figure.valeur for (niveau, _), figure in given.items() if niveau == Niveau.DEPARTEMENT]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == donnees.departements else None


def _figure(public: str, place: int, lieu: Lieu, donnees: _Donnees, besoins: Besoins | None) -> Chiffre:
    """Return the surest figure of a territory."""
    given = donnees.donnes.get(public, {})
    if own := given.get((lieu.niveau, lieu.code)):
        if own.valeur is None:
            return Chiffre(None, Nature.SECRET)
        return Chiffre(own.valeur, Nature.ESTIME if own.estime else Nature.COMPTE)
    if lieu.niveau == Niveau.REGION and (total := _sum_of_departements(public, donnees)) is not None:
        return Chiffre(total, Nature.SOMME)
    return _from_units(besoins, lieu) if besoins else _from_sum(donnees.sommes[public][place], lieu)


def _from_sum(somme: _Somme, lieu: Lieu) -> Chiffre:
    """Return the sum of units that the producer has all told, some of them withheld perhaps."""
    if somme.valeur is None:
        return Chiffre(None, Nature.SECRET)
    if somme.connus < len(lieu.unites):
        return Chiffre(float(somme.valeur), Nature.MINIMUM)
    whole = Nature.COMPTE if lieu.niveau == Niveau.COMMUNE else Nature.SOMME
    return Chiffre(float(somme.valeur), Nature.ESTIME if somme.estimes else whole)


def _from_units(besoins: Besoins, lieu: Lieu) -> Chiffre:
    """Return the sum of units some of which are estimated or unknown."""
    values = besoins.valeurs[lieu.unites]
    known = np.isfinite(values)
    if not known.any():
        withheld = bool(besoins.secretes[lieu.unites].any())
        return Chiffre(None, Nature.SECRET if withheld else Nature.INCONNU)
    total = round(float(values[known].sum()), 2)
    if not known.all():
        return Chiffre(total, Nature.MINIMUM)
    whole = Nature.COMPTE if lieu.niveau == Niveau.COMMUNE else Nature.SOMME
    return Chiffre(total, Nature.ESTIME if besoins.estimees[lieu.unites].any() else whole)


def _rate(chiffre: Chiffre, public: PublicConnu, active: FloatArray) -> Chiffre:
    """Add to a figure what it is for 1,000 people of working age."""
    base = float(active.sum())
    if chiffre.valeur is None or public.code in FONDS or not np.isfinite(base) or base <= 0:
        return chiffre
    return Chiffre(chiffre.valeur, chiffre.nature, round(MILLE * chiffre.valeur / base, 1))


def draw_profil(profil: Profil, lignes: Sequence[LigneProfil]) -> BarChart | None:
    """Return the rate here of each of these publics when the region's is 100; None when nothing can be compared."""
    bars = [Bar(ligne.court, ligne.indice) for ligne in lignes if ligne.indice is not None]
    if not bars or profil.ici.niveau == Niveau.REGION:
        return None
    region = profil.lieux[-1].nom
    return BarChart(
        f"Les publics de {profil.ici.nom} au regard de la région",
        f"Personnes de chaque public pour 1 000 habitants de 15 à 64 ans, quand la valeur de {region} vaut 100.",
        f"Indice ({region}\u202f: 100)",
        [Bar(region, 100, strong=True), *bars],
        subject="Public",
    )
