"""Which vintage of the division is in force in a region."""

from __future__ import annotations

from django.db.models import Max

from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire


def find_millesime(region: str) -> int | None:
    """Return the newest vintage loaded for the region, None when nothing is loaded."""
    units = Territoire.objects.filter(niveau=Niveau.COMMUNE, region=region)
    newest: int | None = units.aggregate(newest=Max("millesime"))["newest"]
    return newest


def current_millesime(region: str) -> int:
    """Return the newest vintage loaded for the region; raise `LookupError` when nothing is loaded."""
    millesime = find_millesime(region)
    if millesime is None:
        raise LookupError(f"Aucun découpage n’est chargé pour la région {region}\u202f: lancez load_territoires.")
    return millesime
