"""The territories of a region, to be listed."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Population, Territoire

# The mailles at which the diagnostic gives each territory a sheet, besides the communes.
_MAILLES_A_FICHE = (Maille.INTERCOMMUNALITE, Maille.DEPARTEMENT, Maille.REGION)


def get_annee_population(region: str) -> int | None:
    """Return the newest year of the legal populations of a region, None when there is none."""
    newest: int | None = Population.objects.filter(unite__region=region).aggregate(newest=Max("annee"))["newest"]
    return newest


def list_territoires(region: str, annee: int | None) -> QuerySet[Territoire]:
    """Return the territories in force of a region, those astride included, by name.

    `population` is what the region's units count in `annee`, null when the source lacks it or when the territory is no
    set of units (a QPV); `departements` are those of its units; `a_fiche` tells that the diagnostic has a sheet of it.
    """
    members = Appartenance.objects.filter(ensemble=OuterRef("pk"))
    here = members.filter(unite__region=region)
    known = Population.objects.none() if annee is None else Population.objects.filter(annee=annee)
    populations = known.filter(unite__region=region)
    own = populations.filter(unite=OuterRef("pk")).values("valeur")
    units = Appartenance.objects.filter(ensemble=OuterRef(OuterRef("pk"))).values("unite")
    total = populations.filter(unite__in=units).values("annee").annotate(total=Sum("valeur")).values("total")
    return (
        Territoire.objects.en_vigueur()
        .filter(Q(region=region) | Exists(here))
        .annotate(
            population=Coalesce(Subquery(own), Subquery(total), output_field=IntegerField()),
            departements=ArraySubquery(
                here.order_by("unite__departement").values_list("unite__departement", flat=True).distinct()
            ),
            a_fiche=Q(niveau=Niveau.COMMUNE) | Exists(here.filter(maille__in=_MAILLES_A_FICHE)),
        )
        .order_by("nom_recherche", "code")
    )


def list_departements(region: str) -> list[tuple[str, str]]:
    """Return the code and name of the départements of a region, by code."""
    departements = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=region)
    return list(departements.order_by("code").values_list("code", "nom"))


def keep_departement(territoires: QuerySet[Territoire], departement: str) -> QuerySet[Territoire]:
    """Keep the territories that lie in a département, wholly or in part."""
    part = Appartenance.objects.filter(ensemble=OuterRef("pk"), unite__departement=departement)
    return territoires.filter(Q(departement=departement) | Exists(part))


def list_lieux() -> set[tuple[str, str]]:
    """Return the level and code of every territory in force, whatever its region. One query."""
    return set(Territoire.objects.en_vigueur().values_list("niveau", "code"))
