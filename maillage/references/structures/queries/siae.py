"""The directory of SIAE: list, filter, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from maillage.references.structures.models import Activite, EffectifAnnuel, Implantation, Siae
from maillage.references.structures.queries.annees import get_annee_reference
from maillage.references.structures.queries.recherche import rank_siae
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, QpvCommune, Territoire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


def list_siae(
    *,
    text: str = "",
    types: Sequence[str] = (),
    territoire: Territoire | None = None,
    groupe: str = "",
    secteur: str = "",
) -> QuerySet[Siae]:
    """Return the active SIAE that meet every criterion, by name or, when `text` is given, best match first.

    Each row carries its principal site (`commune_code`, `commune_nom`, `departement`), its `salaries` and `etp` of the
    year of reference (see `get_annee_reference`; None: unknown), and its activities, read in one more query.
    """
    rows = rank_siae(Siae.objects.actives(), text) if text.strip() else Siae.objects.actives().order_by("nom_recherche")
    if types:
        rows = rows.filter(type_siae__in=types)
    if territoire:
        rows = rows.filter(Exists(Implantation.objects.filter(_within(territoire), siae=OuterRef("pk"))))
    if secteur or groupe:
        named = Q(secteur__code=secteur) if secteur else Q(secteur__groupe__code=groupe)
        rows = rows.filter(Exists(Activite.objects.filter(named, siae=OuterRef("pk"))))
    return with_situation(rows)


def with_situation(rows: QuerySet[Siae]) -> QuerySet[Siae]:
    """Give each SIAE its principal site, its figures of the year of reference and its activities."""
    figures = (
        EffectifAnnuel.objects.filter(siae=OuterRef("pk"), annee=get_annee_reference() or 0)
        .values("siae")
        .annotate(salaries=Sum("salaries"), etp=Sum(Coalesce("etp_realises", "etp_conventionnes")))
    )
    activites = Activite.objects.select_related("secteur__groupe").order_by(
        F("part_heures").desc(nulls_last=True), "secteur__libelle"
    )
    return (
        rows.select_related("organisation")
        .annotate(principale=FilteredRelation("implantations", condition=Q(implantations__principale=True)))
        .annotate(
            commune_code=F("principale__commune__code"),
            commune_nom=F("principale__commune__nom"),
            departement=F("principale__commune__departement"),
            longitude=F("principale__longitude"),
            latitude=F("principale__latitude"),
            salaries=Subquery(figures.values("salaries")),
            etp=Subquery(figures.values("etp")),
        )
        .prefetch_related(Prefetch("activites", activites))
    )


def search_siae(text: str, *, limit: int = 20) -> list[Siae]:
    """Return the active SIAE whose name, SIRET, sectors or place best match `text`, whatever accents and typos."""
    return list(list_siae(text=text)[:limit]) if text.strip() else []


def _within(territoire: Territoire) -> Q:
    """Return the condition that a site lies in the territory, whatever its level; by code, so that vintages meet."""
    if territoire.niveau == Niveau.COMMUNE:
        return Q(commune__code=territoire.code)
    if territoire.niveau == Niveau.QPV:
        return Q(commune__code__in=QpvCommune.objects.filter(qpv=territoire).values("commune__code"))
    return Q(commune__code__in=Appartenance.objects.filter(ensemble=territoire).values("unite__code"))
