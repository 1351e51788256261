"""The region that this deployment steers."""

from __future__ import annotations

from maillage.references.structures.models import Siae
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire


def get_nom_region(code: str) -> str:
    """Return the name of the region, « région » followed by its code as long as no territory is loaded."""
    nom = (
        Territoire.objects.filter(niveau=Niveau.REGION, code=code)
        .order_by("-millesime")
        .values_list("nom", flat=True)
        .first()
    )
    return nom or f"région {code}"


def has_siae(code: str) -> bool:
    """Tell whether a SIAE in activity is known in the region."""
    return Siae.objects.actives().filter(implantations__commune__region=code).exists()
