"""The economic sheet of a dossier, and its fit to the territory."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from maillage.domains.offre.forms.economie import EconomieForm, initial_of
from maillage.domains.offre.queries.adequation import compute_adequation
from maillage.domains.offre.queries.economie import draw_resources, draw_years, list_tableaux, read_fiche
from maillage.domains.offre.queries.visibilite import carried_dossiers
from maillage.domains.offre.services.dossiers import MODIFIABLES
from maillage.domains.offre.services.economie import write_fiche
from maillage.domains.offre.views.base import CarrierEdit, OfDossier
from maillage.foundations.kernel import limits


class Economie(OfDossier):
    """What the plan tells: warnings in words, then figures, charts and tables."""

    title = "Fiche économique"
    template_name = "offre/economie.html"

    def get_context(self) -> dict[str, Any]:
        fiche = read_fiche(self.dossier, on=self.today)
        mine = carried_dossiers(self.actor).filter(pk=self.dossier.pk).exists()
        return {
            "dossier": self.dossier,
            "fiche": fiche,
            "analyse": fiche.analyse,
            "tableaux": [] if fiche.plan.vide else list_tableaux(fiche),
            "dessins": [each for each in (draw_years(fiche), draw_resources(fiche)) if each],
            "edit_url": reverse("offre:dossier_chiffrer", args=[self.dossier.public_id])
            if mine and self.dossier.etat in MODIFIABLES
            else "",
        }


class EconomieEdit(CarrierEdit):
    """Write the plan, in one grid."""

    title = "Remplir la fiche économique"
    intro = "Montants en euros. Une case vide vaut zéro."
    template_name = "offre/chiffrer.html"
    form_class = EconomieForm
    success_message = "La fiche économique est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        fiche = read_fiche(self.dossier, on=self.today)
        return {"initial": initial_of(fiche.plan, fiche.hypotheses)}

    def perform(self, form: EconomieForm) -> str:
        write_fiche(dossier=self.dossier, fiche=form.fiche(), actor=self.actor)
        return reverse("offre:dossier_economie", args=[self.dossier.public_id])


class Adequation(OfDossier):
    """The fit to the territory, computed on demand; the one frozen at the examination is on the page of the dossier."""

    title = "Adéquation au territoire"
    intro = "Ce que le diagnostic dit aujourd’hui de la commune, et ce qu’il dirait avec le projet."
    template_name = "offre/adequation.html"
    limit = limits.RECHERCHE

    def get_context(self) -> dict[str, Any]:
        return {
            "dossier": self.dossier,
            "adequation": compute_adequation(self.dossier, on=self.today),
            "calcule_le": self.today,
        }
