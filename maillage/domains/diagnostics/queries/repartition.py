"""A figure known above, and nowhere below: how it reaches the units, by which stated rule.

The rule, in order:

1. a unit that its producer counted, or withheld, keeps what the producer said;
2. the figures of larger territories are taken from the finest level to the largest, each one once;
3. what the known units leave of a total goes to the units that nothing is known of, in proportion to the first key of
   the public (`repartition` of the table) that is counted in each of them: another public of the same territory, else
   the population of working age, never a series that was itself spread;
4. where the total or one of its units is withheld, nothing is spread, there or from a larger territory;
5. a total smaller than the sum of its known units contradicts them: nothing is spread, and it is said.

What is spread is an estimate, marked and explained wherever it is shown; the units add up to the total.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from numpy.typing import NDArray

from maillage.foundations.compute.spreading import Constat, spread
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, QpvCommune

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from maillage.references.territoires.queries.geographie import Geographie

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
Lieu: TypeAlias = tuple[str, str]

# From the finest level to the largest: a nearer total tells more than a farther one.
ECHELLE = (
    Niveau.VILLE,
    Niveau.EPT,
    Niveau.EPCI,
    Niveau.CLPE,
    Niveau.BASSIN,
    Niveau.ZONE_EMPLOI,
    Niveau.DEPARTEMENT,
    Niveau.METROPOLE,
    Niveau.REGION,
)


@dataclass(frozen=True, slots=True)
class Cle:
    """What a total is spread in proportion to: a weight by unit (nan: unknown), and its name in a sentence."""

    libelle: str
    poids: FloatArray


@dataclass(slots=True)
class Unites:
    """The figures of the units as they fill up; `secretes` are withheld, `estimees` are not counted but computed."""

    valeurs: FloatArray
    secretes: BoolArray
    estimees: BoolArray

    @property
    def manque(self) -> bool:
        """Tell whether nothing at all is known of a unit."""
        return bool((np.isnan(self.valeurs) & ~self.secretes).any())


def fill(
    geographie: Geographie, unites: Unites, totaux: Mapping[Lieu, float], cles: Iterable[Callable[[], Cle | None]]
) -> list[str]:
    """Spread the totals of larger territories (nan: withheld) over the units; return the rules applied, in French.

    `cles` are the keys of the public, the best first, each read when it is needed. Two queries beside theirs.
    """
    if not totaux or not unites.manque:
        return []
    members = _members(geographie, totaux)
    read: list[Cle] = []
    waiting = iter(cles)

    def keys() -> Iterable[Cle]:
        yield from read
        for make in waiting:
            if cle := make():
                read.append(cle)
                yield cle

    done: defaultdict[tuple[Niveau, str], int] = defaultdict(int)
    kept: Counter[tuple[Niveau, Constat]] = Counter()
    for niveau in ECHELLE:
        for lieu, units in members.items():
            if lieu[0] != niveau:
                continue
            constat, label, count = _spread_one(unites, units, totaux[lieu], keys())
            if constat == Constat.REPARTI:
                done[niveau, label] += count
            else:
                kept[niveau, constat] += 1
    return [*(_tell(*key, count) for key, count in done.items()), *_tell_kept(kept)]


def _spread_one(unites: Unites, units: NDArray[np.intp], total: float, keys: Iterable[Cle]) -> tuple[Constat, str, int]:
    """Spread one total by the first key that fits; say what became of it, by which key, over how many units."""
    before = unites.valeurs[units]
    missing = np.isnan(before) & ~unites.secretes[units]
    constat = Constat.COMPLET
    for cle in keys:
        constat, after = spread(before, unites.secretes[units], total, cle.poids[units])
        if constat == Constat.REPARTI:
            unites.valeurs[units] = after
            unites.estimees[units[missing]] = True
            return constat, cle.libelle, int(missing.sum())
        if constat != Constat.SANS_CLE:
            break
    if constat == Constat.SECRET:
        # a larger total must not give back what this one withholds
        unites.secretes[units[missing]] = True
    return constat, "", 0


def add_quartiers(geographie: Geographie, unites: Unites, totaux: Mapping[str, float]) -> list[str]:
    """Give each unit that nothing is known of the sum of its quarters (code → figure, nan: withheld).

    A commune without a quarter has none of their inhabitants. A quarter astride several communes goes in equal parts to
    each, for nothing tells how its inhabitants lie: the result is an estimate. A commune of a quarter that is withheld,
    or that the series lacks, is unknown. Two queries.
    """
    if not totaux or not unites.manque:
        return []
    position = {pk: index for index, pk in enumerate(geographie.pks.tolist())}
    rows = QpvCommune.objects.filter(qpv__region=geographie.region).values_list("qpv__code", "commune_id")
    quarters: defaultdict[str, list[int]] = defaultdict(list)
    villes: dict[int, list[str]] = defaultdict(list)
    for code, commune in rows:
        if commune in position:
            quarters[code].append(position[commune])
        else:
            villes[commune].append(code)
    if not quarters:
        return []
    sums, astride = np.zeros(len(unites.valeurs)), np.zeros(len(unites.valeurs), dtype=bool)
    for code, units in quarters.items():
        sums[units] += totaux.get(code, np.nan) / len(units)
        astride[units] |= len(units) > 1
    # a quarter of a whole city may lie in any of its arrondissements: none of them is known
    members = Appartenance.objects.filter(ensemble__in=list(villes), maille=Maille.VILLE)
    nowhere = [position[pk] for pk in members.values_list("unite_id", flat=True) if pk in position]
    sums[nowhere] = np.nan
    missing = np.isnan(unites.valeurs) & ~unites.secretes
    unites.valeurs[missing] = sums[missing]
    unites.estimees |= missing & astride & np.isfinite(sums)
    unites.secretes |= missing & np.isnan(sums)
    return [
        "La valeur d’une commune est la somme de ses quartiers\u202f; un quartier à cheval sur plusieurs communes est"
        " compté à parts égales dans chacune."
    ]


def _members(geographie: Geographie, lieux: Iterable[Lieu]) -> dict[Lieu, NDArray[np.intp]]:
    """Return the positions of the units of each territory, in the division of the geography."""
    wanted = set(lieux)
    rows = (
        Appartenance.objects.filter(
            unite__region=geographie.region,
            unite__millesime=geographie.millesime,
            ensemble__niveau__in={niveau for niveau, _ in wanted},
            ensemble__code__in={code for _, code in wanted},
        )
        .values("ensemble__niveau", "ensemble__code")
        .annotate(unites=ArrayAgg("unite_id", distinct=True))
        .order_by("ensemble__niveau", "ensemble__code")
    )
    order = np.argsort(geographie.pks)
    return {
        (row["ensemble__niveau"], row["ensemble__code"]): np.sort(
            order[np.searchsorted(geographie.pks, row["unites"], sorter=order)]
        )
        for row in rows
        if (row["ensemble__niveau"], row["ensemble__code"]) in wanted
    }


def _tell(niveau: Niveau, cle: str, count: int) -> str:
    units = f"{nombre(count)} communes" if count > 1 else "une commune"
    return (
        f"Le chiffre est donné par {niveau.label}\u202f: ce que les communes connues en laissent est réparti entre"
        f" {units}, en proportion de\u202f: {cle}."
    )


_KEPT = {
    Constat.SECRET: "un total, ou l’une de ses communes, est couvert par le secret statistique",
    Constat.CONTRADICTOIRE: "le total est inférieur à la somme des communes connues",
    Constat.SANS_CLE: "aucune clé n’est connue dans toutes les communes à renseigner",
}


def _tell_kept(kept: Mapping[tuple[Niveau, Constat], int]) -> list[str]:
    return [
        f"Chiffres donnés par {niveau.label} et non répartis\u202f: {nombre(count)}, car {_KEPT[constat]}."
        for (niveau, constat), count in kept.items()
        if constat in _KEPT
    ]
