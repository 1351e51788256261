"""The opinions asked to one's organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from maillage.domains.offre.forms.instruction import AvisForm
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.visibilite import asked_avis
from maillage.domains.offre.rules.dossiers import PENDANTS
from maillage.domains.offre.services.avis import check_awaited, give_avis
from maillage.domains.offre.views.base import OffreScreen
from maillage.foundations.kernel.screens import ActScreen, Column, ListScreen

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.domains.offre.models import AvisPartenaire


def _awaited(avis: AvisPartenaire) -> bool:
    return avis.rendu_le is None and avis.dossier.etat in PENDANTS


def _next(avis: AvisPartenaire) -> str:
    if _awaited(avis):
        return reverse("offre:avis_rendre", args=[avis.public_id])
    return reverse("offre:dossier", args=[avis.dossier.public_id])


def _sens(avis: AvisPartenaire) -> str:
    return avis.get_sens_display() or ("à rendre" if _awaited(avis) else "plus attendu")


class AvisList(OffreScreen, ListScreen):
    """What one's organisation is asked, and what it answered."""

    permission = Permission.OPINE
    title = "Avis demandés"
    intro = "Les projets sur lesquels votre organisation est consultée. Un avis rendu ne change plus."
    columns = (
        Column("dossier", "Projet", "dossier", sort="dossier__nom", link=_next),
        Column("demande", "Demande", "dossier.get_demande_display", sort="dossier__demande"),
        Column("departement", "Département", "dossier.departement", sort="dossier__departement"),
        Column("demande_le", "Demandé le", "demande_le", sort="demande_le"),
        Column("echeance", "Avant le", "echeance", sort="echeance"),
        Column("sens", "Votre avis", _sens, sort="sens"),
        Column("rendu_le", "Rendu le", lambda avis: avis.rendu_le or "—", sort="rendu_le"),
    )
    default_sort = "echeance"
    export_name = "avis"
    noun = ("avis", "avis")
    empty_title = "Aucun avis ne vous est demandé"
    empty_text = "Le service instructeur consulte votre organisation quand un projet concerne votre territoire."

    def get_queryset(self) -> QuerySet[AvisPartenaire]:
        return asked_avis(self.actor)


class AvisGive(OffreScreen, ActScreen):
    """Give the opinion of one's organisation."""

    permission = Permission.OPINE
    portee = "les avis demandés à son organisation"
    title = "Rendre un avis"
    template_name = "offre/avis.html"
    form_class = AvisForm
    submit_label = "Rendre cet avis"
    success_message = "Votre avis est rendu."

    @cached_property
    def avis(self) -> AvisPartenaire:
        """The request of the address."""
        found = asked_avis(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Cet avis est demandé à une autre organisation.")
        return found

    def check(self) -> None:
        check_awaited(self.avis)

    def get_intro(self) -> str:
        return str(self.avis.dossier)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Avis demandés", reverse("offre:avis"))]

    def get_context(self) -> dict[str, Any]:
        return {"avis": self.avis, "dossier": self.avis.dossier}

    def perform(self, form: AvisForm) -> str:
        give_avis(avis=self.avis, **form.cleaned_data, actor=self.actor, on=self.today)
        return reverse("offre:avis")
