"""Who may do what with diagnostics: everyone reads the figures, each act has its authors.

What the partners observe or try is read by whoever is connected, and written by those who answer for the land or for
the offer; `services/` say for which land.
"""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role
from maillage.references.accounts.enums import ProfilMembre as P


class Permission(StrEnum):
    """What can be done with diagnostics."""

    RECORD = "diagnostics.record"
    VIEW_NOTES = "diagnostics.view_notes"
    NOTE = "diagnostics.note"
    VIEW_SCENARIOS = "diagnostics.view_scenarios"  # those of one's organisation and the shared ones
    EDIT_SCENARIOS = "diagnostics.edit_scenarios"  # those of one's organisation
    READ_SHARED = "diagnostics.read_shared"  # those in concertation, and those one takes part in
    CONTRIBUTE = "diagnostics.contribute"  # write, comment, agree or not, in the name of a co-author
    OPEN_SHARED = "diagnostics.open_shared"  # begin one, on a territory of competence


PILOTES = (P.ETAT_REGION, P.ETAT_DEPARTEMENT, P.REGION, P.DEPARTEMENT_PILOTAGE, P.COLLECTIVITE)
CONTRIBUTEURS = (*PILOTES, P.EMPLOI_DIRECTION, P.RESEAU, P.DLA, P.FACILITATEUR, P.PRESCRIPTEUR)


HOLDERS: dict[Permission, tuple[Role | P, ...]] = {
    Permission.RECORD: (Role.EXPLOITANT,),
    Permission.VIEW_NOTES: (Role.CONNECTE,),
    Permission.NOTE: (P.DEPARTEMENT_PILOTAGE, P.ETAT_DEPARTEMENT, P.EMPLOI_DIRECTION, P.COLLECTIVITE, P.RESEAU),
    Permission.VIEW_SCENARIOS: (Role.CONNECTE,),
    # Who decides where a place opens, who prepares that decision, who runs the places.
    Permission.EDIT_SCENARIOS: (*PILOTES, P.EMPLOI_DIRECTION, P.RESEAU, P.DLA, P.ANALYSTE, P.SIAE_DIRECTION),
    Permission.READ_SHARED: (Role.CONNECTE,),
    Permission.CONTRIBUTE: CONTRIBUTEURS,
    Permission.OPEN_SHARED: PILOTES,
}

ROLES: dict[Role | P, frozenset[Permission]] = {
    role: frozenset(permission for permission, holders in HOLDERS.items() if role in holders)
    for role in dict.fromkeys(role for holders in HOLDERS.values() for role in holders)
}
