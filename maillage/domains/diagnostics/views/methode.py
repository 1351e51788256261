"""How coverage is measured, with the parameters in force."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from maillage.domains.diagnostics.queries.lecture import list_limites
from maillage.domains.diagnostics.queries.publics import list_publics, list_series
from maillage.domains.diagnostics.views.base import CouvertureScreen
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.kernel.parameters import list_parametres


class Methode(CouvertureScreen):
    """The method in plain words, its formulas, its parameters, its limits."""

    title = "Comment la couverture est mesurée"
    intro = "Trois mesures côte à côte, leurs formules, les paramètres en vigueur, et ce qu’elles ne disent pas."
    parents = (("Couverture de la région", "diagnostics:carte"),)
    template_name = "diagnostics/methode.html"

    def get_context(self) -> dict[str, Any]:
        today = timezone.localdate()
        series = list_series(self.region)
        parametres = [parametre for parametre in list_parametres(today) if parametre.code.startswith("diagnostics.")]
        return {
            "parametres": parametres,
            "limites": list_limites(),
            "familles": FAMILIES.values(),
            "publics": [(public, series.get(code, ())) for code, public in list_publics().items()],
        }
