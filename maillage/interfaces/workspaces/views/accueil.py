"""The home of a visitor: what the IAE is, what the region has, where to look."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from maillage.domains.diagnostics.queries.reperes import compute_reperes
from maillage.foundations.kernel.screens import Screen
from maillage.interfaces.workspaces.queries.region import get_nom_region, has_siae
from maillage.references.structures.enums import TypeSiae

# The figures that the page puts first, by their code in reperes.toml.
_FIRST = ("siae", "salaries", "etp")


class Accueil(Screen):
    """Public: no personal data, the published figures of the strategy beside the platform's own."""

    public = True
    template_name = "workspaces/accueil.html"

    def get_title(self) -> str:
        return f"L’insertion par l’activité économique en {get_nom_region(settings.MAILLAGE_REGION)}"

    def get_context(self) -> dict[str, Any]:
        mesures = compute_reperes(settings.MAILLAGE_REGION)
        return {
            "chiffres": [mesure for mesure in mesures if mesure.repere.code in _FIRST],
            "mesures": mesures,
            "vide": not has_siae(settings.MAILLAGE_REGION),
            "types": TypeSiae,
        }
