"""Who may look after their own account, see organisations, manage their members and invitations, write what they are.

Roles say which screens exist for whom; `may_manage` and `may_see_members` say for which organisation.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from maillage.foundations.kernel.permissions import ALLOWED, Decision, Role, granted, roles
from maillage.references.accounts.enums import ProfilMembre

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.references.accounts.models import Membre, Organisation, User

# The roles that one holds for an organisation: the kernel adds them to its own.
PROFILS = tuple(ProfilMembre)


class Permission(StrEnum):
    """What can be done with accounts, organisations and their members."""

    COMPTE = "accounts.compte"  # one's own: name, password, second factor, sessions
    VIEW_ORGANISATIONS = "accounts.view_organisations"
    MEMBERS = "accounts.members"  # see those of one's organisation, manage them if one administers it
    EDIT_ORGANISATIONS = "accounts.edit_organisations"


ROLES: dict[Role | ProfilMembre, frozenset[Permission]] = {
    Role.CONNECTE: frozenset({Permission.COMPTE, Permission.VIEW_ORGANISATIONS}),
    **dict.fromkeys(PROFILS, frozenset({Permission.MEMBERS})),
    Role.EXPLOITANT: frozenset({Permission.MEMBERS, Permission.EDIT_ORGANISATIONS}),
}


def is_operator(user: User | AnonymousUser) -> bool:
    """Tell whether a person operates the platform, now (an operator without second factor sleeps)."""
    return Role.EXPLOITANT in roles(user)


def may_see_members(user: User | AnonymousUser, organisation: Organisation) -> Decision:
    """Decide whether a person may see who acts for an organisation: its members and the operators."""
    if not (decision := granted(user, Permission.MEMBERS)):
        return decision
    if is_operator(user) or _membre(user, organisation):
        return ALLOWED
    return Decision(False, f"Les membres de «\u202f{organisation}\u202f» se voient au nom de cette organisation.")


def may_manage(user: User | AnonymousUser, organisation: Organisation) -> Decision:
    """Decide whether a person may manage the members and invitations of an organisation: who administers it."""
    if not (decision := may_see_members(user, organisation)):
        return decision
    membre = _membre(user, organisation)
    if is_operator(user) or (membre is not None and membre.administrateur):
        return ALLOWED
    return Decision(False, f"Seuls les administrateurs de «\u202f{organisation}\u202f» gèrent ses membres.")


def may_end(user: User | AnonymousUser, membre: Membre) -> Decision:
    """Decide whether a person may end a membership: their own, or those of the organisation that they administer."""
    if user.is_authenticated and membre.user_id == user.pk:
        return granted(user, Permission.MEMBERS)
    return may_manage(user, membre.organisation)


def _membre(user: User | AnonymousUser, organisation: Organisation) -> Membre | None:
    """Return the membership in whose name the person acts, when it is in this organisation."""
    membre = user.membre if user.is_authenticated else None
    return membre if membre is not None and membre.organisation_id == organisation.pk else None
