"""The requests about personal data: what waits, until when; record one, answer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.foundations.kernel.screens import ActScreen, Column, ListScreen
from maillage.interfaces.donnees_personnelles.forms.demandes import DemandeFilter, DemandeForm, ReponseForm
from maillage.interfaces.donnees_personnelles.queries.demandes import list_demandes
from maillage.interfaces.donnees_personnelles.services.demandes import answer_demande, record_demande
from maillage.interfaces.donnees_personnelles.views.base import OfPersonne, RightsScreen
from maillage.references.personnes.models import DemandeDroit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model, QuerySet


def personne_url(demande: DemandeDroit) -> str:
    return reverse("donnees_personnelles:personne", args=[demande.personne.public_id])


def situation(demande: DemandeDroit) -> str:
    """Say where the request stands, and that its delay is over when it is."""
    late = demande.etat == DemandeDroit.Etat.RECUE and demande.echeance < timezone.localdate()
    return "en retard" if late else demande.get_etat_display()


class DemandeList(RightsScreen, ListScreen):
    title = "Demandes de droit"
    intro = "Accès, rectification, opposition, effacement\u202f: ce qui est demandé, et jusqu’à quand répondre."
    columns = (
        Column("echeance", "À traiter avant le", "echeance", sort="echeance"),
        Column("personne", "Personne", "personne", sort="personne__nom", link=personne_url),
        Column("droit", "Droit", "get_droit_display", sort="droit"),
        Column("recue", "Reçue le", "recue_le", sort="recue_le"),
        Column("etat", "État", situation, sort="etat"),
    )
    default_sort = "echeance"
    filter_form = DemandeFilter
    export_name = "demandes-de-droit"
    noun = ("demande", "demandes")
    empty_title = "Aucune demande"
    empty_text = "Ouvrez le dossier d’une personne pour enregistrer ce qu’elle demande sur ses données."

    def get_queryset(self) -> QuerySet[DemandeDroit]:
        return list_demandes(self.request.user)

    def named(self, row: Any) -> Model:
        demande: DemandeDroit = row
        return demande.personne


class Enregistrer(OfPersonne, ActScreen):
    title = "Enregistrer une demande"
    form_class = DemandeForm
    success_message = "La demande est enregistrée."

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [
            ("Demandes de droit", reverse("donnees_personnelles:demandes")),
            (str(self.personne), reverse("donnees_personnelles:personne", args=[self.personne.public_id])),
        ]

    def perform(self, form: Any) -> str:
        record_demande(public_id=self.kwargs["public_id"], actor=self.actor, **form.cleaned_data)
        return reverse("donnees_personnelles:personne", args=[self.kwargs["public_id"]])


class Repondre(RightsScreen, ActScreen):
    """Answer: the page says what granting does, before it is done."""

    portee = "les demandes des personnes dont le dossier lui est ouvert"
    title = "Répondre à une demande"
    form_class = ReponseForm
    template_name = "donnees_personnelles/repondre.html"
    submit_label = "Répondre"
    success_message = "La réponse est enregistrée."

    @cached_property
    def demande(self) -> DemandeDroit:
        pending = list_demandes(self.request.user).filter(etat=DemandeDroit.Etat.RECUE)
        return get_object_or_404(pending, public_id=self.kwargs["public_id"])

    def readings(self) -> Iterable[Model]:
        return [self.demande.personne]

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [
            ("Demandes de droit", reverse("donnees_personnelles:demandes")),
            (str(self.demande.personne), personne_url(self.demande)),
        ]

    def get_context(self) -> dict[str, Any]:
        return {"demande": self.demande}

    def perform(self, form: Any) -> str:
        answer_demande(public_id=self.kwargs["public_id"], actor=self.actor, **form.cleaned_data)
        return reverse("donnees_personnelles:demandes")
