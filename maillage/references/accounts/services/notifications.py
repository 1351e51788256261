"""What members are told about their organisations: handlers of the events that the acts publish.

Objects are found again by their public identifier: an event carries no instance. One that is gone is told to nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.notifications import notify
from maillage.references.accounts.models import Invitation, Membre

if TYPE_CHECKING:
    from maillage.references.accounts.models import Organisation
    from maillage.references.accounts.services.invitations import InvitationAcceptee
    from maillage.references.accounts.services.membres import MembreParti


def on_invitation_acceptee(event: InvitationAcceptee) -> None:
    """Tell whoever sent an invitation (`event.invitation`) that it was accepted."""
    sent = Invitation.objects.select_related("auteur", "organisation", "membre__user")
    found = sent.filter(public_id=event.invitation).first()
    if found is None or found.membre is None or found.auteur == found.membre.user:
        return
    # No name: a notification outlives the account that it would name. The sheet lists the members.
    texte = f"Une personne que vous avez invitée a rejoint {found.organisation} ({found.fonction})."
    notify(found.auteur, "accounts.invitation_acceptee", texte, _sheet(found.organisation))


def on_membre_parti(event: MembreParti) -> None:
    """Tell a person that they act no longer for an organisation (`event.membre`)."""
    found = Membre.objects.select_related("user", "organisation").filter(public_id=event.membre).first()
    if found:
        notify(found.user, "accounts.droits", f"Vous n’agissez plus au nom de {found.organisation}.")


def notify_role(membre: Membre) -> None:
    """Tell a member that they have another role, the one of this membership; call it in the act that changes it."""
    role = f"{membre.fonction}, administrateur" if membre.administrateur else membre.fonction
    texte = f"Votre rôle a changé dans {membre.organisation}\u202f: {role}."
    notify(membre.user, "accounts.droits", texte, _sheet(membre.organisation))


def _sheet(organisation: Organisation) -> str:
    return page("organisations:detail", organisation.public_id)
