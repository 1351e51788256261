"""The pages the law asks of every public site, and the one that says where the figures come from."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from maillage.foundations.kernel.screens import Screen
from maillage.foundations.kernel.ui.menu import menu
from maillage.interfaces.workspaces.queries.sources import list_sources


class Donnees(Screen):
    """Sources and vintages, read in the data themselves."""

    public = True
    title = "Données et sources"
    intro = "D’où vient chaque chiffre affiché, de quelle année, et ce que nous ne savons pas."
    template_name = "workspaces/donnees.html"

    def get_context(self) -> dict[str, Any]:
        return {"sources": list_sources(settings.MAILLAGE_REGION)}


class Mentions(Screen):
    public = True
    title = "Mentions légales"
    template_name = "workspaces/mentions.html"

    def get_context(self) -> dict[str, Any]:
        return {"editeur": settings.MAILLAGE_EDITEUR, "hebergeur": settings.MAILLAGE_HEBERGEUR}


class Accessibilite(Screen):
    public = True
    title = "Déclaration d’accessibilité"
    template_name = "workspaces/accessibilite.html"

    def get_context(self) -> dict[str, Any]:
        return {"editeur": settings.MAILLAGE_EDITEUR}


class Plan(Screen):
    """The site map: the menus, all on one page."""

    public = True
    title = "Plan du site"
    template_name = "workspaces/plan.html"

    def get_context(self) -> dict[str, Any]:
        return {
            "navigation": menu(self.request, "navigation"),
            "compte": [link for link in menu(self.request, "tools") if not link.post],
            "pied": menu(self.request, "footer"),
        }
