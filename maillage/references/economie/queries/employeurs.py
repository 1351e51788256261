"""Local employers, as the directory lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.references.economie.models import Employeur
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.territoires.models import Territoire


def list_employeurs() -> QuerySet[Employeur]:
    """Return the establishments, with their commune."""
    return Employeur.objects.select_related("commune").order_by("denomination", "siret")


def keep_territoire(rows: QuerySet[Employeur], territoire: Territoire) -> QuerySet[Employeur]:
    """Keep those in a territory."""
    if territoire.niveau == Niveau.COMMUNE:
        return rows.filter(commune__code=territoire.code)
    return rows.filter(commune__appartenances__ensemble=territoire)
