"""Who may see the local economy (everyone), write its series (operators), and keep the sheets of the great projects.

Who pilots the strategy edits every sheet; whoever buys, clauses or plans edits those their organisation answers for.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from maillage.foundations.kernel.permissions import ALLOWED, Decision, Role, granted
from maillage.references.accounts.enums import ProfilMembre as P

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.references.accounts.models import User
    from maillage.references.economie.models import GrandProjet


class Permission(StrEnum):
    """What can be done with the local economy."""

    VIEW = "economie.view"
    RECORD = "economie.record"  # nomenclatures and series, by import
    EDIT_PROJET = "economie.edit_projet"  # a sheet one’s organisation answers for, or a new one
    EDIT_PROJETS = "economie.edit_projets"  # every sheet


_ALL = frozenset({Permission.EDIT_PROJET, Permission.EDIT_PROJETS})
_OWN = frozenset({Permission.EDIT_PROJET})

ROLES = {
    Role.VISITEUR: frozenset({Permission.VIEW}),
    P.ETAT_REGION: _ALL,
    P.ETAT_DEPARTEMENT: _ALL,
    P.REGION: _ALL,
    P.DEPARTEMENT_PILOTAGE: _OWN,
    P.COLLECTIVITE: _OWN,
    P.FACILITATEUR: _OWN,
    P.ACHETEUR: _OWN,
    Role.EXPLOITANT: _ALL | {Permission.RECORD},
}


def may_edit(user: User | AnonymousUser, projet: GrandProjet) -> Decision:
    """Decide whether a person may edit a sheet: that of their organisation, as author or buyer, or any."""
    if granted(user, Permission.EDIT_PROJETS):
        return ALLOWED
    if not (decision := granted(user, Permission.EDIT_PROJET)):
        return decision
    membre = user.membre if user.is_authenticated else None
    own = membre.organisation_id if membre else None
    if own is not None and (own == projet.saisi_par_id or projet.acheteurs.filter(pk=own).exists()):
        return ALLOWED
    return Decision(False, "Cette fiche est tenue par une autre organisation, ou par un service de l’État.")
