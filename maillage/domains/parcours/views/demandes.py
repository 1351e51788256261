"""The requests of prolongation: the inbox, a request, its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.domains.parcours.enums.demandes import EtatDemande
from maillage.domains.parcours.forms.demandes import AccordForm, DemandeFilter, RefusForm
from maillage.domains.parcours.models import TitreParcours
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.demandes import get_demande, list_demandes
from maillage.domains.parcours.queries.fiche_titre import FicheTitre, with_moves
from maillage.domains.parcours.rules.demandes import DEMANDE_PROLONGATION
from maillage.domains.parcours.rules.jours import count
from maillage.domains.parcours.rules.titres import prolong
from maillage.domains.parcours.services.demandes import deny_prolongation, grant_prolongation, withdraw_prolongation
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import DemandeProlongation


class Demandes(PersonnesScreen, ListScreen):
    """Those that one's SIAE made, or that one's organisation must answer: the first deadline first."""

    permission = Permission.VIEW
    title = "Demandes de prolongation"
    intro = "Celles que votre SIAE a faites, ou auxquelles votre organisation doit répondre."
    columns = (
        Column(
            "personne",
            "Personne",
            lambda demande: f"{demande.titre.personne.nom} {demande.titre.personne.prenom}",
            sort="titre__personne__nom_recherche",
            link=lambda demande: reverse("parcours:demande", args=[demande.public_id]),
        ),
        Column("siae", "Demandée par", "siae.nom", sort="siae__nom"),
        Column("destinataire", "Demandée à", lambda demande: str(demande.destinataire)),
        Column("motif", "Motif", "get_motif_display", sort="motif"),
        Column("jours", "Jours", "jours", sort="jours", numeric=True),
        Column("demandee_le", "Demandée le", "demandee_le", sort="demandee_le"),
        Column("echeance", "À traiter avant le", "echeance", sort="echeance"),
        Column("etat", "État", "get_etat_display", sort="etat"),
    )
    filter_form = DemandeFilter
    default_sort = "echeance"
    export_name = "demandes-de-prolongation"
    noun = ("demande", "demandes")
    empty_title = "Aucune demande"
    empty_text = "Une SIAE demande une prolongation depuis la fiche de la personne, dans les mois qui précèdent la fin."

    def get_queryset(self) -> QuerySet[DemandeProlongation]:
        return list_demandes(self.actor)

    def named(self, row: Any) -> Model:
        person: Model = row.titre.personne
        return person


class OfDemande(PersonnesScreen):
    """A screen about one request, which names its person."""

    permission = Permission.VIEW
    portee = "les demandes de prolongation de son organisation"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def demande(self) -> DemandeProlongation:
        """The request of the address, made by one's SIAE or to one's organisation."""
        found = get_demande(self.actor, self.kwargs["public_id"])
        if found is None or not self.reach(found):
            raise Http404("Cette demande n’existe pas, ou ne vous est pas ouverte.")
        return found

    def reach(self, demande: DemandeProlongation) -> bool:
        """Tell whether the screen opens this request."""
        return True

    @property
    def mine(self) -> int | None:
        return self.actor.membre.organisation_id if self.actor.membre else None

    @cached_property
    def fiche(self) -> FicheTitre:
        """The right to prolong, as it stands."""
        titre = with_moves(TitreParcours.objects.filter(pk=self.demande.titre_id)).get()
        titre.personne = self.demande.titre.personne
        return FicheTitre(titre, self.today)

    def readings(self) -> Iterable[Model]:
        return [self.demande.titre.personne]

    @property
    def page_url(self) -> str:
        return reverse("parcours:demande", args=[self.demande.public_id])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [
            ("Demandes de prolongation", reverse("parcours:demandes")),
            (str(self.demande.titre.personne), self.page_url),
        ]


class DemandeDetail(OfDemande, DetailScreen):
    """What is asked, on which grounds, what it would change; the answer."""

    template_name = "parcours/titres/demande.html"

    def get_object(self) -> DemandeProlongation:
        return self.demande

    def get_title(self) -> str:
        return f"Prolongation demandée pour {self.demande.titre.personne}"

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:1]

    def get_context(self) -> dict[str, Any]:
        demande, waits = self.demande, self.demande.etat == EtatDemande.ATTENTE
        after = prolong(self.fiche.jours, demande.jours)
        return {
            **super().get_context(),
            "fiche": self.fiche,
            "apres": jour(after.periode.dernier),
            "restants_apres": count(after, self.today).restants,
            "retard": waits and demande.echeance < self.today,
            "may_answer": waits and demande.destinataire_id == self.mine and granted(self.actor, Permission.GRANT).ok,
            "may_withdraw": waits
            and demande.siae.organisation_id == self.mine
            and granted(self.actor, Permission.HIRE).ok,
        }


class DemandeAct(OfDemande, ActScreen):
    """An answer, or a withdrawal."""

    template_name = "parcours/titres/demande_acte.html"
    acte: ClassVar[str]

    def check(self) -> None:
        DEMANDE_PROLONGATION.target(self.acte, self.demande.etat)

    def get_context(self) -> dict[str, Any]:
        return {"demande": self.demande, "fiche": self.fiche}


class Answer(DemandeAct):
    """An answer of the organisation that was asked."""

    permission = Permission.GRANT
    portee = "les demandes de prolongation adressées à son organisation"

    def reach(self, demande: DemandeProlongation) -> bool:
        return demande.destinataire_id == self.mine


class Grant(Answer):
    """Say yes: the days are added."""

    acte = "accorder"
    title = "Accorder la prolongation"
    form_class = AccordForm
    submit_label = "Accorder"
    success_message = "La prolongation est accordée."

    def get_intro(self) -> str:
        last = prolong(self.fiche.jours, self.demande.jours).periode.dernier
        return f"{self.demande.jours} jours de plus\u202f: le titre durera jusqu’au {jour(last)} compris."

    def perform(self, form: AccordForm) -> str:
        answer = form.cleaned_data["reponse"]
        grant_prolongation(demande=self.demande, reponse=answer, actor=self.actor, on=self.today)
        return self.page_url


class Deny(Answer):
    """Say no, why, and what instead."""

    acte = "refuser"
    title = "Refuser la prolongation"
    intro = "La SIAE lira votre motif et ce que vous proposez."
    form_class = RefusForm
    submit_label = "Refuser"
    success_message = "Le refus est enregistré."

    def perform(self, form: RefusForm) -> str:
        deny_prolongation(demande=self.demande, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class Withdraw(DemandeAct):
    """Take the request back."""

    acte = "retirer"
    permission = Permission.HIRE
    portee = "les demandes de prolongation de ses SIAE"
    title = "Retirer la demande"
    intro = "Le prescripteur n’aura plus à répondre. Une autre demande pourra être faite."
    submit_label = "Retirer la demande"
    success_message = "La demande est retirée."

    def reach(self, demande: DemandeProlongation) -> bool:
        return demande.siae.organisation_id == self.mine

    def perform(self, form: Any) -> str:
        withdraw_prolongation(demande=self.demande, actor=self.actor, on=self.today)
        return self.page_url
