"""What members are told about their organisations: handlers of the events that the acts publish.

Objects are found again by their key: an event carries no instance. One that is gone since is told to nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.notifications import notify
from maillage.references.accounts.models import Invitation, Membre

if TYPE_CHECKING:
    from collections.abc import Sequence


def on_invitation_acceptee(invitation: int) -> None:
    """Tell whoever sent an invitation that it was accepted."""
    found = Invitation.objects.select_related("auteur", "organisation", "membre__user").filter(pk=invitation).first()
    if found is None or found.membre is None or found.auteur == found.membre.user:
        return
    texte = f"{found.membre.user} a rejoint {found.organisation} ({found.fonction})."
    notify(found.auteur, "accounts.invitation_acceptee", texte, page("accounts:membres"))


def on_droits_modifies(membre: int, champs: Sequence[str] = ()) -> None:
    """Tell a member that their role changed (`champs`: what did), or that their membership ended (none)."""
    found = Membre.objects.select_related("user", "organisation").filter(pk=membre).first()
    if found is None:
        return
    if champs:
        role = f"{found.fonction}, administrateur" if found.administrateur else found.fonction
        texte = f"Votre rôle a changé dans {found.organisation}\u202f: {role}."
    else:
        texte = f"Vous ne faites plus partie de {found.organisation}."
    notify(found.user, "accounts.droits", texte)
