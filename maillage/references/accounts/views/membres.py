"""Members and invitations of an organisation, as its administrators manage them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from maillage.foundations.kernel.screens import ActScreen
from maillage.references.accounts.forms.membres import InvitationForm, RoleForm
from maillage.references.accounts.models import Invitation, Membre, Organisation, User
from maillage.references.accounts.permissions import Permission, may_end, may_manage
from maillage.references.accounts.queries.membres import visible_invitations, visible_membres
from maillage.references.accounts.services.invitations import invite, resend, revoke
from maillage.references.accounts.services.membres import change_membre, end_membre
from maillage.references.accounts.views.organisations import ANNUAIRE, detail_url

if TYPE_CHECKING:
    from django.http import HttpRequest

    from maillage.foundations.kernel.permissions import Decision


class OfOrganisation(ActScreen):
    """An act on the members of an organisation: the role opens the screen, `decide_on` says for which organisation."""

    permission = Permission.MEMBERS
    portee = "l’organisation que l’on administre"

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation of the address."""
        return get_object_or_404(Organisation, public_id=self.kwargs["public_id"])

    def decide(self) -> Decision:
        return super().decide() and self.decide_on()

    def decide_on(self) -> Decision:
        """Decide whether this person may act on this object."""
        return may_manage(self.actor, self.organisation)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(ANNUAIRE[0], reverse(ANNUAIRE[1])), (str(self.organisation), detail_url(self.organisation))]


class Inviter(OfOrganisation):
    title = "Inviter une personne"
    intro = "Elle reçoit un lien personnel par courriel, et choisit son mot de passe en l’ouvrant."
    form_class = InvitationForm
    submit_label = "Envoyer l’invitation"
    success_message = "L’invitation est envoyée."

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"administrateur": self.request.GET.get("administrateur") == "1"}
        return {"organisation": self.organisation, "initial": initial}

    def perform(self, form: InvitationForm) -> str:
        invite(
            organisation=self.organisation,
            actor=self.actor,
            link=lambda lien: link(self.request, lien),
            **form.cleaned_data,
        )
        return detail_url(self.organisation)


class OfInvitation(OfOrganisation):
    """An act on an invitation that this person may see."""

    portee = "les invitations de l’organisation que l’on administre"
    template_name = "accounts/invitation_acte.html"

    @cached_property
    def invitation(self) -> Invitation:
        """The invitation of the address."""
        return get_object_or_404(visible_invitations(self.actor), public_id=self.kwargs["public_id"])

    @cached_property
    def organisation(self) -> Organisation:
        return self.invitation.organisation

    def get_context(self) -> dict[str, Any]:
        return {"invitation": self.invitation}


class Renvoyer(OfInvitation):
    title = "Renvoyer l’invitation"
    intro = "Un nouveau lien part par courriel. Celui d’avant ne vaudra plus."
    submit_label = "Renvoyer l’invitation"
    success_message = "Un nouveau lien est envoyé."

    def perform(self, form: Any) -> str:
        resend(invitation=self.invitation, actor=self.actor, link=lambda lien: link(self.request, lien))
        return detail_url(self.organisation)


class Revoquer(OfInvitation):
    title = "Annuler l’invitation"
    intro = "Le lien envoyé ne s’ouvrira plus. Vous pourrez inviter cette personne à nouveau."
    submit_label = "Annuler l’invitation"
    success_message = "L’invitation est annulée."

    def perform(self, form: Any) -> str:
        revoke(invitation=self.invitation, actor=self.actor)
        return detail_url(self.organisation)


class OfMembre(OfOrganisation):
    """An act on a membership that this person may see."""

    portee = "les membres de l’organisation que l’on administre"
    template_name = "accounts/membre_acte.html"

    @cached_property
    def membre(self) -> Membre:
        """The membership of the address."""
        return get_object_or_404(visible_membres(self.actor), public_id=self.kwargs["public_id"])

    @cached_property
    def organisation(self) -> Organisation:
        return self.membre.organisation

    def get_context(self) -> dict[str, Any]:
        return {"membre": self.membre}


class ChangerRole(OfMembre):
    title = "Changer le rôle"
    intro = "Le nouveau rôle vaut aussitôt. L’ancien reste dans l’historique, avec ses dates."
    form_class = RoleForm
    submit_label = "Changer le rôle"
    success_message = "Le rôle est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"profil": self.membre.profil, "administrateur": self.membre.administrateur}
        return {"organisation": self.organisation, "initial": initial}

    def perform(self, form: RoleForm) -> str:
        change_membre(membre=self.membre, actor=self.actor, **form.cleaned_data)
        return detail_url(self.organisation)


class Retirer(OfMembre):
    title = "Retirer de l’organisation"
    intro = "La personne perd aussitôt les droits qu’elle tient de cette organisation. Son compte reste ouvert."
    submit_label = "Retirer de l’organisation"
    success_message = "La personne n’est plus membre de l’organisation."

    def decide_on(self) -> Decision:
        return may_end(self.actor, self.membre)

    def perform(self, form: Any) -> str:
        end_membre(membre=self.membre, actor=self.actor)
        return detail_url(self.organisation)


def link(request: HttpRequest, lien: str) -> str:
    """Return the whole address of the page that a signed part opens."""
    return request.build_absolute_uri(reverse("organisations:invitation", args=[lien]))
