"""The rows that the room publishes to the warehouse: immersions, under the pseudonyms of the persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models.functions import ExtractYear

from maillage.domains.entreprises.enums.immersion import Deroulement, EtatImmersion
from maillage.domains.entreprises.models import Immersion
from maillage.domains.entreprises.queries.chiffres import count_immersions
from maillage.domains.parcours.queries.entrepot import departements
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.foundations.analytics.declarations import Cellule


def list_immersions() -> Iterator[tuple[Any, ...]]:
    """Yield the immersions that took place or will, in the order of the table: those that the rate counts."""
    rows = (
        Immersion.objects.filter(etat=EtatImmersion.ACCEPTEE)
        .exclude(bilan__deroulement=Deroulement.ABSENCE)
        .values_list(
            "personne_id", "contrat__siae_id", ExtractYear("debut"), "rome__code", "objectif", "bilan__embauche"
        )
    )
    yield from rows.iterator(chunk_size=20_000)


def list_annees() -> list[int]:
    """Return the years of the immersions. One query."""
    years = Immersion.objects.order_by().values_list(ExtractYear("debut"), flat=True).distinct()
    return sorted(years)


def acces_dit(*kinds: str) -> set[Cellule]:
    """Return where the page of the rates tells the access to immersions: by kind, and of these kinds together.

    All together are told where each is.
    """
    cells: set[Cellule] = set()
    region = (Niveau.REGION.value, settings.MAILLAGE_REGION)
    for annee in list_annees():
        together: dict[tuple[str, str], bool] = {}
        for ligne in count_immersions(annee, departements()):
            if ligne.type in kinds:
                place = (Niveau.DEPARTEMENT.value, ligne.code) if ligne.code else region
                seen = ligne.immersions is not None
                together[place] = together.get(place, True) and seen
                if seen:
                    cells.add((*place, annee, ligne.type))
        cells |= {(*place, annee, "") for place, seen in together.items() if seen}
    return cells
