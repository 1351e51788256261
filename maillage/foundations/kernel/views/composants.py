"""The catalogue of components."""

from __future__ import annotations

from typing import Any

from maillage.foundations.kernel.screens import Screen
from maillage.foundations.kernel.ui.catalogue import context, examples


class Composants(Screen):
    """Public: every component with its example and the source to copy."""

    public = True
    title = "Composants"
    intro = "Les briques des écrans de la plateforme, chacune avec son exemple et ce qu’il faut écrire pour l’obtenir."
    template_name = "kernel/composants.html"

    def get_context(self) -> dict[str, Any]:
        return {"examples": examples(), **context()}
