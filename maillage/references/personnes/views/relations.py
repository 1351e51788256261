"""Who follows a person: begin, entrust, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.foundations.kernel.screens import ActScreen
from maillage.references.personnes.forms.relations import FinForm, ReferentForm, RelationForm, SuivreForm
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.personnes import get_personne
from maillage.references.personnes.queries.visibilite import CONSENTIES
from maillage.references.personnes.services.relations import (
    assign_referent,
    begin_relation,
    end_relation,
    follow_known,
)
from maillage.references.personnes.views.base import PersonneAct, PersonnesScreen

if TYPE_CHECKING:
    from maillage.references.personnes.models import Relation


class Suivre(PersonnesScreen, ActScreen):
    """Follow a person known to the platform, whose papers are at hand."""

    permission = Permission.FOLLOW
    title = "Suivre une personne déjà connue"
    intro = "Son numéro de sécurité sociale et sa date de naissance, exacts, ouvrent son dossier à votre organisation."
    parents = (("Personnes", "personnes:list"),)
    form_class = SuivreForm
    submit_label = "Suivre cette personne"
    success_message = "Le dossier est ouvert à votre organisation."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"membre": self.actor.membre}

    def perform(self, form: SuivreForm) -> str:
        relation = follow_known(**form.cleaned_data, actor=self.actor, on=timezone.localdate())
        return reverse("personnes:detail", args=[relation.personne.public_id])


class RelationBegin(PersonneAct):
    """Follow the person under another title too."""

    title = "Commencer un suivi"
    intro = "Votre organisation suit cette personne à un titre de plus."
    form_class = RelationForm
    success_message = "Le suivi est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"membre": self.actor.membre}

    def perform(self, form: RelationForm) -> str:
        begin_relation(personne=self.personne, **form.cleaned_data, actor=self.actor, on=timezone.localdate())
        return self.sheet_url


class RelationAct(PersonneAct):
    """An act on a relation between the person and the organisation of who acts."""

    portee = "les suivis de son organisation"
    template_name = "personnes/relation.html"

    @cached_property
    def relation(self) -> Relation:
        """The relation of the address; that of another organisation is not found."""
        membre = self.actor.membre
        # What an agreement opened ends with it: it is neither moved nor handed on.
        found = self.personne.relations.filter(public_id=self.kwargs["relation"]).exclude(type__in=CONSENTIES)
        relation = found.filter(organisation=membre.organisation_id).first() if membre else None
        if relation is None:
            raise Http404("Cette relation n’est pas celle de votre organisation.")
        return relation

    @property
    def next_url(self) -> str:
        """The sheet, unless the act closed it to who acts: a référent RSA who hands a person over sees them no more."""
        seen = get_personne(self.actor, self.kwargs["public_id"])
        return self.sheet_url if seen else reverse("personnes:list")

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "relation": self.relation}


class RelationReferent(RelationAct):
    """Name or change the référent."""

    title = "Désigner le référent"
    form_class = ReferentForm
    success_message = "Le référent est désigné."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"membre": self.actor.membre}

    def perform(self, form: ReferentForm) -> str:
        assign_referent(relation=self.relation, referent=form.cleaned_data["referent"], actor=self.actor)
        return self.next_url


class RelationEnd(RelationAct):
    """Stop following the person."""

    title = "Mettre fin au suivi"
    intro = "Le dossier vous reste ouvert quelque temps après la fin, pour terminer ce qui est en cours."
    form_class = FinForm
    submit_label = "Mettre fin au suivi"
    success_message = "La fin du suivi est enregistrée."

    def perform(self, form: FinForm) -> str:
        end_relation(relation=self.relation, fin=form.cleaned_data["fin"], actor=self.actor, on=timezone.localdate())
        return self.next_url
