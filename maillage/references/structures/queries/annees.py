"""Which years the figures cover."""

from __future__ import annotations

from django.db.models import Count

from maillage.references.structures.models import EffectifAnnuel


def get_annee_reference() -> int | None:
    """Return the year whose figures cover most active SIAE, the latest of equals; None while there is no figure.

    The year in progress, known for a few only, does not take the place of the last complete one.
    """
    annees = EffectifAnnuel.objects.filter(siae__fin__isnull=True).values("annee")
    counted = annees.annotate(couverture=Count("siae", distinct=True)).order_by("-couverture", "-annee")
    return counted.values_list("annee", flat=True).first()


def list_annees() -> list[int]:
    """Return the years for which some SIAE has a figure, newest first."""
    years = EffectifAnnuel.objects.order_by("-annee").values_list("annee", flat=True).distinct()
    return list(years)
