"""The publics and what is known of their need."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.models import Besoin

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).resolve().parent.parent / "publics.toml"

# Publics that need no imported series: they come from the legal population.
ESTIMABLES = ("population_active_age", "population")


@dataclass(frozen=True, slots=True)
class PublicConnu:
    """A public of the reference table."""

    code: str
    libelle: str
    definition: str


@cache
def list_publics() -> Mapping[str, PublicConnu]:
    """Return the publics of the reference table by code, in its order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["public"]
    return {row["code"]: PublicConnu(**row) for row in rows}


def list_series(region: str) -> dict[str, tuple[int, ...]]:
    """Return the years known for each public that has an imported series in the region, newest first. One query."""
    pairs = (
        Besoin.objects.filter(unite__region=region)
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
