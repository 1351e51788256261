"""The publics and what is known of their need."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from maillage.domains.diagnostics.models import Besoin
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).resolve().parent.parent / "publics.toml"

# Publics that need no imported series: they come from the legal population.
ESTIMABLES = ("population_active_age", "population")
# The public whose figure in a commune is the sum of those of its quarters.
QUARTIERS = "qpv"
# What follows a figure kept below the commune: it leads to no unit.
_HORS_UNITES = Q(territoire__niveau=Niveau.QPV) & ~Q(public__code=QUARTIERS)


@dataclass(frozen=True, slots=True)
class PublicConnu:
    """A public of the reference table.

    `objectif`: the parts of the strategy that name it. `dans`: the public it is part of. `repartition`: the series a
    figure known above alone is spread in proportion to, the best first; none, and it is never spread.
    """

    code: str
    libelle: str
    court: str
    famille: str
    definition: str
    producteur: str
    objectif: str = ""
    dans: str = ""
    repartition: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "repartition", tuple(self.repartition))


@cache
def list_publics() -> Mapping[str, PublicConnu]:
    """Return the publics of the reference table by code, in its order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["public"]
    return {row["code"]: PublicConnu(**row) for row in rows}


def list_familles() -> tuple[str, ...]:
    """Return the families of publics, in the order of the table."""
    return tuple(dict.fromkeys(public.famille for public in list_publics().values()))


def list_series(region: str) -> dict[str, tuple[int, ...]]:
    """Return the years known for each public that has an imported series in the region, newest first. One query.

    A series known by quarter alone says nothing of the communes: it is not one of them.
    """
    pairs = (
        Besoin.objects.filter(territoire__region=region)
        .exclude(_HORS_UNITES)
        .order_by("public__ordre", "public__code", "-annee")
        .values_list("public__code", "annee")
        .distinct()
    )
    series: dict[str, list[int]] = {}
    for code, annee in pairs:
        series.setdefault(code, []).append(annee)
    return {code: tuple(annees) for code, annees in series.items()}


def list_available(series: Mapping[str, tuple[int, ...]]) -> list[PublicConnu]:
    """Return the publics whose need can be computed: estimated, or imported in these series (see `list_series`)."""
    return [public for code, public in list_publics().items() if code in series or code in ESTIMABLES]


@dataclass(frozen=True, slots=True)
class Serie:
    """What is known of a public at one level, one year: how many territories are told, withheld, estimated.

    `territoires` counts those of the level in the region; `part` is the share of them whose figure is known.
    """

    public: PublicConnu
    niveau: Niveau
    annee: int
    source: str
    territoires: int
    connus: int
    secrets: int
    estimes: int

    @property
    def court(self) -> str:
        return self.public.court

    @property
    def famille(self) -> str:
        return self.public.famille

    @property
    def niveau_libelle(self) -> str:
        return self.niveau.label

    @property
    def part(self) -> float | None:
        return round(100 * self.connus / self.territoires, 1) if self.territoires else None

    @property
    def rang(self) -> tuple[int, str, int]:
        """The order of the table, then of the levels, the newest year first."""
        return list(list_publics()).index(self.public.code), self.niveau, -self.annee


def list_toutes_series(region: str) -> list[Serie]:
    """Return every series held for the region, in the order of the table of publics. Two queries."""
    totals = dict(
        Territoire.objects.en_vigueur()
        .filter(region=region)
        .values("niveau")
        .order_by()
        .annotate(nombre=Count("pk"))
        .values_list("niveau", "nombre")
    )
    rows = (
        Besoin.objects.filter(territoire__region=region)
        .values("public__code", "territoire__niveau", "annee")
        .order_by()
        .annotate(
            lignes=Count("pk"),
            connus=Count("valeur"),
            estimes=Count("pk", filter=Q(estime=True, valeur__isnull=False)),
            source=Max("source"),
        )
    )
    publics = list_publics()
    series = [
        Serie(
            publics[row["public__code"]],
            Niveau(row["territoire__niveau"]),
            row["annee"],
            row["source"] or "source non renseignée",
            max(totals.get(row["territoire__niveau"], 0), row["lignes"]),
            row["connus"],
            row["lignes"] - row["connus"],
            row["estimes"],
        )
        for row in rows
        if row["public__code"] in publics
    ]
    return sorted(series, key=lambda serie: serie.rang)
