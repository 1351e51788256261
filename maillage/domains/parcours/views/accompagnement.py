"""The support of a person: its page, and the acts of the SIAE that employs them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import EtatAction
from maillage.domains.parcours.forms.accompagnement import (
    ActionForm,
    DiagnosticForm,
    DocumentForm,
    EntretienForm,
    EvaluationForm,
    ObjectifForm,
    ReferentSocialForm,
    TenirForm,
)
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.accompagnement import read_acces, read_fiche
from maillage.domains.parcours.rules.accompagnement import ACTION, ENTRETIEN
from maillage.domains.parcours.services.accompagnement import (
    evaluate,
    join_document,
    move_action,
    move_objectif,
    name_referent_social,
    plan_action,
    record_diagnostic,
    remove_document,
    set_objectif,
)
from maillage.domains.parcours.services.entretiens import close_entretien, plan_entretien
from maillage.foundations.kernel import audit, uploads
from maillage.foundations.kernel.screens import ActScreen, DetailScreen, Export, ExportScreen
from maillage.foundations.kernel.templatetags.ui import de, moment
from maillage.references.personnes.services.relations import list_referents
from maillage.references.personnes.views.base import OfPersonne

if TYPE_CHECKING:
    from datetime import date

    from django import forms

    from maillage.domains.parcours.models import Accompagnement
    from maillage.domains.parcours.queries.accompagnement import Acces, Fiche
    from maillage.foundations.kernel.states import Transitions

ACTES_MONTRES = 20


class OfAccompagnement(OfPersonne):
    """A screen about the support of one person."""

    permission: ClassVar[str] = Permission.VIEW_SOCIAL
    portee = "l’accompagnement des personnes que son organisation suit"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def acces(self) -> Acces:
        """What one may do with it; nobody else learns that there is one."""
        acces = read_acces(self.actor, self.personne, self.today)
        if acces is None or not self.reach(acces):
            raise Http404("Cet accompagnement ne vous est pas ouvert.")
        return acces

    def reach(self, acces: Acces) -> bool:
        """Tell whether the screen opens this support."""
        return True

    @cached_property
    def fiche(self) -> Fiche:
        """The support, as much of it as one may read."""
        return read_fiche(self.acces, self.today)

    @property
    def page_url(self) -> str:
        """The page of the support, where its acts lead back."""
        return reverse("parcours:accompagnement", args=[self.personne.public_id])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [*super().get_breadcrumb(), ("Accompagnement", self.page_url)]


class AccompagnementDetail(OfAccompagnement, DetailScreen):
    """The one page: who supports, the obstacles, what is wanted, done, planned, how it changed."""

    template_name = "parcours/accompagnement/fiche.html"

    def get_object(self) -> Fiche:
        return self.fiche

    def get_title(self) -> str:
        return f"Accompagnement {de(self.personne)}"

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:-1]

    def get_context(self) -> dict[str, Any]:
        support = self.fiche.accompagnement
        entier = self.acces.entier
        return {
            **super().get_context(),
            "personne": self.personne,
            "actes": audit.history(support)[:ACTES_MONTRES] if support and entier else [],
            "objectifs": [(each, ACTION.available(each.etat)) for each in self.fiche.objectifs],
            "actions": [
                (each, ACTION.available(each.etat), each.etat == EtatAction.EN_COURS and each.echeance < self.today)
                for each in self.fiche.actions
            ],
            "entretiens": [(each, ENTRETIEN.available(each.etat)) for each in self.fiche.entretiens],
        }


class AccompagnementAct(OfAccompagnement, ActScreen):
    """An act of the SIAE that employs the person."""

    permission = Permission.SUPPORT
    portee = "l’accompagnement des salariés de son organisation"

    def reach(self, acces: Acces) -> bool:
        return acces.ecrit

    def get_form(self) -> forms.Form:
        self.acces  # noqa: B018  (404 before anything is asked)
        return super().get_form()

    @property
    def who(self) -> dict[str, Any]:
        """Whom every act is about, by whom, when."""
        return {"personne": self.personne, "actor": self.actor, "on": self.today}


class Diagnostic(AccompagnementAct):
    """The eight obstacles on one page."""

    title = "Diagnostic"
    intro = "Ce qui est déjà su est repris. Ne changez que ce qui a changé\u202f; non renseigné reste inconnu."
    template_name = "parcours/accompagnement/diagnostic.html"
    form_class: ClassVar[type[DiagnosticForm]] = DiagnosticForm
    submit_label = "Enregistrer le diagnostic"
    success_message = "Le diagnostic est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"freins": self.fiche.freins}

    def perform(self, form: DiagnosticForm) -> str:
        record_diagnostic(**self.who, lignes=form.get_lignes(), le=form.cleaned_data["le"])
        return f"{self.page_url}#freins"


class Evaluer(AccompagnementAct):
    """A milestone."""

    title = "Évaluation"
    intro = "Faites le point avec la personne\u202f: où en sont les freins, ce qui a avancé."
    template_name = "parcours/accompagnement/diagnostic.html"
    form_class = EvaluationForm
    submit_label = "Enregistrer l’évaluation"
    success_message = "L’évaluation est enregistrée."

    def reach(self, acces: Acces) -> bool:
        return acces.ecrit or acces.sortie

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"freins": self.fiche.freins, "jalons": self.fiche.jalons}

    def perform(self, form: EvaluationForm) -> str:
        values = form.cleaned_data
        told = {name: values[name] for name in ("jalon", "bilan", "le")}
        evaluate(**self.who, **told, lignes=form.get_lignes())
        return f"{self.page_url}#evolution"


class ReferentSocial(AccompagnementAct):
    """Who supports the person outside."""

    title = "Référent social"
    intro = "Le professionnel qui suit la personne hors de la SIAE\u202f: le strict nécessaire pour le joindre."
    form_class = ReferentSocialForm
    success_message = "Le référent social est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        support = self.fiche.accompagnement
        if support is None:
            return {}
        return {
            "initial": {
                "nom": support.referent_social,
                "organisation": support.referent_social_organisation,
                "telephone": support.referent_social_telephone,
            }
        }

    def perform(self, form: ReferentSocialForm) -> str:
        name_referent_social(**self.who, **form.cleaned_data)
        return self.page_url


class Objectif(AccompagnementAct):
    """A new objective."""

    title = "Nouvel objectif"
    form_class = ObjectifForm
    success_message = "L’objectif est enregistré."

    def perform(self, form: ObjectifForm) -> str:
        set_objectif(**self.who, **form.cleaned_data)
        return f"{self.page_url}#objectifs"


class Action(AccompagnementAct):
    """A new action."""

    title = "Nouvelle action"
    form_class = ActionForm
    success_message = "L’action est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"objectifs": [each for each in self.fiche.objectifs if each.etat == EtatAction.EN_COURS]}

    def perform(self, form: ActionForm) -> str:
        plan_action(**self.who, **form.cleaned_data)
        return f"{self.page_url}#actions"


class PrevoirEntretien(AccompagnementAct):
    """A new interview, to come or that took place."""

    title = "Entretien"
    intro = "À une heure passée, l’entretien est enregistré comme tenu."
    form_class = EntretienForm
    success_message = "L’entretien est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        membre = self.actor.membre
        return {"membres": list_referents(membre) if membre else [], "moi": membre}

    def perform(self, form: EntretienForm) -> str:
        values = form.cleaned_data
        told = {name: values[name] for name in ("duree_minutes", "membre", "texte")}
        plan_entretien(**self.who, **told, debut=form.debut)
        return f"{self.page_url}#entretiens"


class JoindreDocument(AccompagnementAct):
    """A file."""

    title = "Joindre un document"
    intro = "Lu par votre SIAE seulement, et effacé avec le dossier. Aucun document médical ni judiciaire."
    form_class = DocumentForm
    submit_label = "Joindre"
    success_message = "Le document est joint."

    def perform(self, form: DocumentForm) -> str:
        join_document(**self.who, **form.cleaned_data)
        return f"{self.page_url}#documents"


class OfLigne(AccompagnementAct):
    """An act on one line of the support, found by its public id."""

    rows: ClassVar[str]

    @cached_property
    def ligne(self) -> Any:
        """The line of the address."""
        support: Accompagnement | None = self.fiche.accompagnement
        found = getattr(support, self.rows).filter(public_id=self.kwargs["objet"]).first() if support else None
        if found is None:
            raise Http404("Cette ligne n’existe pas, ou n’est pas de cet accompagnement.")
        return found


class Mouvement(OfLigne):
    """An act that moves the state of a line: the address names the arrow."""

    table: ClassVar[Transitions]
    success_message = "C’est enregistré."

    @property
    def acte(self) -> str:
        return str(self.kwargs["acte"])

    def check(self) -> None:
        self.table.target(self.acte, self.ligne.etat)

    def get_title(self) -> str:
        label = next((each.label for each in self.table if each.act == self.acte), None)
        if label is None:
            raise Http404("Cet acte n’existe pas.")
        return label

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return self.get_title()


class MouvementAction(Mouvement):
    """Do an action, give it up, take it up again."""

    rows, table = "actions", ACTION

    def get_intro(self) -> str:
        return str(self.ligne.libelle)

    def perform(self, form: forms.Form) -> str:
        move_action(action=self.ligne, acte=self.acte, actor=self.actor, on=self.today)
        return f"{self.page_url}#actions"


class MouvementObjectif(Mouvement):
    """Reach an objective, give it up, take it up again."""

    rows, table = "objectifs", ACTION

    def get_intro(self) -> str:
        return str(self.ligne.libelle)

    def perform(self, form: forms.Form) -> str:
        move_objectif(objectif=self.ligne, acte=self.acte, actor=self.actor, on=self.today)
        return f"{self.page_url}#objectifs"


class MouvementEntretien(Mouvement):
    """Say what came of an interview."""

    rows, table = "entretiens", ENTRETIEN
    form_class = TenirForm

    def get_intro(self) -> str:
        return f"Entretien du {moment(self.ligne.debut)}, {self.personne}."

    def perform(self, form: TenirForm) -> str:
        texte = form.cleaned_data["texte"]
        close_entretien(entretien=self.ligne, acte=self.acte, actor=self.actor, on=self.today, texte=texte)
        return f"{self.page_url}#entretiens"


class RetirerDocument(OfLigne):
    """Forget a file."""

    rows = "documents"
    title = "Retirer le document"
    submit_label = "Retirer"
    success_message = "Le document est effacé."

    def get_intro(self) -> str:
        return f"«\u202f{self.ligne.libelle}\u202f» sera effacé, sans retour."

    def perform(self, form: forms.Form) -> str:
        remove_document(document=self.ligne, actor=self.actor, on=self.today)
        return f"{self.page_url}#documents"


class DocumentFile(OfAccompagnement, ExportScreen):
    """Give a file back, to the SIAE that keeps it."""

    permission = Permission.SUPPORT
    portee = "l’accompagnement des salariés de son organisation"

    def reach(self, acces: Acces) -> bool:
        return acces.entier

    def build(self) -> Export:
        found = [each for each in self.fiche.documents if each.public_id == self.kwargs["objet"]]
        if not found:
            raise Http404("Ce document n’existe pas.")
        document = found[0]
        nature = uploads.Nature(document.nature)
        kept = uploads.Piece(document.fichier, nature, document.taille, document.empreinte)
        try:
            content = uploads.read(document.fichier)
        except FileNotFoundError as error:
            raise Http404("Le fichier n’est plus là.") from error
        return Export(kept.filename(document.libelle), nature.content_type, content)
