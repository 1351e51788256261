"""Steer a shared diagnostic: open it, its co-authors, its figures, its states, next year's."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.diagnostics.enums import RoleCoAuteur
from maillage.domains.diagnostics.forms.partage import (
    BlocForm,
    CoAuteurForm,
    DemandeForm,
    EtatForm,
    LectureForm,
    OuvertureForm,
)
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.partage import list_absents, list_co_auteurs, may_steer, sans_validation
from maillage.domains.diagnostics.rules import REDACTEURS, TRANSITIONS_PARTAGE, describe_periode, periode_suivante
from maillage.domains.diagnostics.services.partage import (
    ask_validation,
    begin_next,
    hand_over,
    invite_co_auteur,
    move_diagnostic,
    open_diagnostic,
    remove_co_auteur,
    validate_for,
)
from maillage.domains.diagnostics.services.partage_blocs import add_bloc, refresh_blocs, remove_bloc
from maillage.domains.diagnostics.views.partage_base import LISTE, PartageAct, RedacteurAct
from maillage.foundations.kernel.screens import ActScreen
from maillage.references.accounts.models import Organisation, User

if TYPE_CHECKING:
    from maillage.domains.diagnostics.models import Bloc, CoAuteur, DiagnosticPartage
    from maillage.foundations.kernel.states import Transition

DELAI_JOURS = 21  # proposed to the partners to validate


class PartageOuvrir(ActScreen):
    """Begin the diagnostic of a territory."""

    permission = Permission.OPEN_SHARED
    title = "Ouvrir un diagnostic partagé"
    intro = (
        "Ses sections se remplissent des chiffres que la plateforme connaît aujourd’hui, figés avec leur source. Vous "
        "invitez ensuite les partenaires\u202f; votre organisation en est le pilote."
    )
    parents = (LISTE,)
    form_class = OuvertureForm
    submit_label = "Ouvrir le diagnostic"
    success_message = "Le diagnostic est ouvert. Invitez maintenant ses co-auteurs."

    @property
    def actor(self) -> User:
        """The account that acts."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def organisation(self) -> Organisation | None:
        """The organisation in whose name it acts."""
        return self.actor.membre.organisation if self.actor.membre else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"organisation": self.organisation}

    def perform(self, form: OuvertureForm) -> str:
        assert self.organisation is not None  # the role comes from it
        diagnostic = open_diagnostic(**form.cleaned_data, actor=self.actor, organisation=self.organisation)
        return reverse("diagnostics:partage_coauteurs", args=[diagnostic.public_id])


class PilotAct(PartageAct):
    """An act of the pilot."""

    portee = "les diagnostics partagés que son organisation pilote"
    roles = (RoleCoAuteur.PILOTE,)


class PartageCoAuteurs(PilotAct):
    """Who takes part, and who else may."""

    title = "Co-auteurs"
    intro = "La stratégie demande à l’État, au Département, à France Travail et aux réseaux de l’IAE d’écrire ensemble."
    form_class = CoAuteurForm
    submit_label = "Inviter"
    success_message = "L’organisation prend part au diagnostic."
    template_name = "diagnostics/partage/coauteurs.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"diagnostic": self.diagnostic}

    def get_context(self) -> dict[str, Any]:
        co_auteurs = list_co_auteurs(self.diagnostic)
        rows = [(each, may_steer(each)) for each in co_auteurs]
        return {**super().get_context(), "co_auteurs": rows, "absents": list_absents(co_auteurs)}

    def perform(self, form: CoAuteurForm) -> str:
        data = form.cleaned_data
        invite_co_auteur(diagnostic=self.diagnostic, invitee=data["organisation"], role=data["role"], **self.author)
        return reverse("diagnostics:partage_coauteurs", args=[self.diagnostic.public_id])


class OfCoAuteur(PilotAct):
    """An act of the pilot on a co-author."""

    @cached_property
    def co_auteur(self) -> CoAuteur:
        """The co-author of the address."""
        found = self.diagnostic.co_auteurs.filter(pk=self.kwargs["pk"]).select_related("diagnostic").first()
        if found is None:
            raise Http404("Cette organisation ne prend pas part au diagnostic.")
        return found


class PartageRetirer(OfCoAuteur):
    """Let an organisation take part no more."""

    submit_label = "Retirer"
    success_message = "L’organisation ne prend plus part au diagnostic. Ce qu’elle a écrit reste."

    def get_title(self) -> str:
        return f"Retirer {self.co_auteur.nom}"

    def perform(self, form: Any) -> str:
        remove_co_auteur(co_auteur=self.co_auteur, **self.author)
        return reverse("diagnostics:partage_coauteurs", args=[self.diagnostic.public_id])


class PartageTransmettre(OfCoAuteur):
    """Let another co-author steer."""

    submit_label = "Transmettre le pilotage"
    success_message = "Le pilotage est transmis. Votre organisation reste co-auteur."

    def get_title(self) -> str:
        return f"Transmettre le pilotage\u202f: {self.co_auteur.nom}"

    def get_intro(self) -> str:
        return (
            f"{self.co_auteur.nom} invitera les co-auteurs, demandera les validations et changera l’état du "
            f"diagnostic. {self.organisation} restera co-auteur. Les co-auteurs sont prévenus\u202f; seul le nouveau "
            "pilote pourra revenir sur ce choix."
        )

    def perform(self, form: Any) -> str:
        hand_over(co_auteur=self.co_auteur, **self.author)
        return self.sheet_url


class PartageDemander(PilotAct):
    """Ask the co-authors to validate."""

    title = "Demander les validations"
    intro = "Chaque co-auteur est prévenu, et la demande paraît sur sa page d’accueil jusqu’à ce qu’il valide."
    form_class = DemandeForm
    submit_label = "Demander"
    success_message = "La validation est demandée aux co-auteurs."

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.diagnostic.validation_avant
        return {"initial": {"avant": asked or timezone.localdate() + timedelta(days=DELAI_JOURS)}}

    def perform(self, form: DemandeForm) -> str:
        ask_validation(
            diagnostic=self.diagnostic, avant=form.cleaned_data["avant"], **self.author, on=timezone.localdate()
        )
        return self.sheet_url


class PartageValider(RedacteurAct):
    """Validate the document in the name of one's organisation."""

    title = "Valider au nom de mon organisation"
    form_class = LectureForm
    submit_label = "Valider"
    success_message = "La validation de votre organisation est enregistrée."

    def get_intro(self) -> str:
        return (
            f"Vous validez le document tel qu’il est à cet instant, au nom de {self.organisation}. S’il change, "
            "votre validation sera à redonner."
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        seen = timezone.localtime(self.diagnostic.modifie_le)
        return {"initial": {"lu_le": seen.strftime("%Y-%m-%dT%H:%M:%S.%f%z")}}

    def perform(self, form: LectureForm) -> str:
        validate_for(diagnostic=self.diagnostic, lu_le=form.cleaned_data["lu_le"], **self.author)
        return self.sheet_url


class PartageEtat(PilotAct):
    """Move the document along: consultation, back to draft, validation, publication."""

    form_class = EtatForm
    explanations = {
        "ouvrir": "Les co-auteurs sont prévenus que leur avis est attendu. Les personnes connectées peuvent lire.",
        "reprendre": "Seuls les co-auteurs liront le document. Dites-leur pourquoi.",
        "valider": "Textes, chiffres, positions et remarques ne changeront plus, pour personne.",
        "publier": "Le document devient public, à son adresse actuelle, sans connexion.",
    }

    @cached_property
    def transition(self) -> Transition:
        """The arrow of the address."""
        found = next((each for each in TRANSITIONS_PARTAGE if each.act == self.kwargs["acte"]), None)
        if found is None:
            raise Http404("Cet acte n’existe pas.")
        return found

    def check(self) -> None:
        TRANSITIONS_PARTAGE.target(self.transition.act, self.diagnostic.etat)

    def get_title(self) -> str:
        return self.transition.label

    def get_intro(self) -> str:
        return self.explanations[self.transition.act]

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return self.transition.label

    def get_form_kwargs(self) -> dict[str, Any]:
        act = self.transition.act
        return {"act": act, "manquants": sans_validation(self.diagnostic) if act == "valider" else []}

    def perform(self, form: EtatForm) -> str:
        move_diagnostic(
            diagnostic=self.diagnostic,
            act=self.transition.act,
            motif=form.cleaned_data.get("motif", ""),
            **self.author,
            on=timezone.localdate(),
        )
        return self.sheet_url


class PartageSuivant(PartageAct):
    """Begin the diagnostic of the next period."""

    permission = Permission.OPEN_SHARED
    portee = "les diagnostics partagés que son organisation écrit et peut poursuivre"
    roles = REDACTEURS
    submit_label = "Commencer"
    success_message = "Le diagnostic suivant est commencé\u202f: relisez les textes repris."

    def get_title(self) -> str:
        years = periode_suivante(self.diagnostic.annee_debut, self.diagnostic.annee_fin)
        return f"Commencer le diagnostic {describe_periode(*years)}"

    def get_intro(self) -> str:
        return (
            "Il reprend les sections, les co-auteurs et les textes de celui-ci, marqués à relire, avec les chiffres "
            f"d’aujourd’hui. {self.organisation} en sera le pilote."
        )

    def perform(self, form: Any) -> str:
        new: DiagnosticPartage = begin_next(diagnostic=self.diagnostic, **self.author)
        return reverse("diagnostics:partage", args=[new.public_id])


class PartageActualiser(RedacteurAct):
    """Freeze every block again, as the figures are today."""

    title = "Actualiser tous les chiffres"
    intro = "Chaque bloc est recalculé avec les données d’aujourd’hui, puis figé. Les validations seront à redonner."
    submit_label = "Actualiser"
    success_message = "Les chiffres sont actualisés."

    def perform(self, form: Any) -> str:
        refresh_blocs(diagnostic=self.diagnostic, **self.author)
        return self.sheet_url


class PartageAjouter(RedacteurAct):
    """Add figures to a section."""

    form_class = BlocForm
    submit_label = "Ajouter ces chiffres"
    success_message = "Les chiffres sont ajoutés, figés à aujourd’hui."

    def get_title(self) -> str:
        return f"Ajouter des chiffres\u202f: {self.section.titre}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"section": self.section}

    def perform(self, form: BlocForm) -> str:
        add_bloc(section=self.section, code=form.cleaned_data["code"], **self.author)
        return f"{self.section_url}#chiffres"


class OfBloc(RedacteurAct):
    """An act on a block of figures."""

    @cached_property
    def bloc(self) -> Bloc:
        """The block of the address."""
        found = self.section.blocs.filter(code=self.kwargs["bloc"]).first()
        if found is None:
            raise Http404("Ces chiffres ne sont pas dans la section.")
        found.section = self.section
        return found


class PartageActualiserBloc(OfBloc):
    """Freeze a block again."""

    submit_label = "Actualiser"
    success_message = "Les chiffres sont actualisés."

    def get_title(self) -> str:
        return f"Actualiser\u202f: {self.bloc.titre}"

    def perform(self, form: Any) -> str:
        refresh_blocs(diagnostic=self.diagnostic, only=self.bloc, **self.author)
        return f"{self.section_url}#chiffres"


class PartageRetirerBloc(OfBloc):
    """Take a block out."""

    submit_label = "Retirer"
    success_message = "Les chiffres sont retirés de la section."

    def get_title(self) -> str:
        return f"Retirer\u202f: {self.bloc.titre}"

    def perform(self, form: Any) -> str:
        remove_bloc(bloc=self.bloc, **self.author)
        return f"{self.section_url}#chiffres"
