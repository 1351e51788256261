"""Where the figures on screen come from: read in the data themselves, never written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F

from maillage.domains.diagnostics.models import Besoin
from maillage.references.structures.models import EffectifAnnuel, Siae
from maillage.references.territoires.models import Contour, Population, Territoire

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class SourceUtilisee:
    """A source in use: what it gives, which vintage, how many rows of the platform rest on it."""

    sujet: str
    source: str
    millesime: int | None
    lignes: int


def list_sources(region: str) -> list[SourceUtilisee]:
    """Return the sources of every kind of figure held for the region; one query per kind."""
    kinds: tuple[tuple[str, QuerySet[Any], str], ...] = (
        ("Contours des territoires", Contour.objects.filter(territoire__region=region), "millesime"),
        ("Populations légales", Population.objects.filter(unite__region=region), "annee"),
        ("Effectifs et ETP des SIAE", EffectifAnnuel.objects.filter(departement__region=region), "annee"),
        ("Besoins des territoires", Besoin.objects.filter(territoire__region=region), "annee"),
    )
    found = [
        SourceUtilisee("Découpage administratif", "Code officiel géographique", row["millesime"], row["lignes"])
        for row in Territoire.objects.filter(region=region)
        .values("millesime")
        .annotate(lignes=Count("pk"))
        .order_by("millesime")
    ]
    for sujet, rows, year in kinds:
        found += [
            SourceUtilisee(sujet, row["source"] or "Source non renseignée", row["an"], row["lignes"])
            for row in rows.values("source", an=F(year)).annotate(lignes=Count("pk")).order_by("source", "an")
        ]
    siae = Siae.objects.filter(implantations__principale=True, implantations__commune__region=region)
    found += [
        SourceUtilisee("Liste des SIAE", row["source"] or "Source non renseignée", None, row["lignes"])
        for row in siae.values("source").annotate(lignes=Count("pk")).order_by("source")
    ]
    return found
