"""Who may raise calls for projects, carry or examine a dossier, set objectives for the publics, tell what was done.

Roles say which screens exist for whom; `queries/visibilite.py` says which dossiers and calls each one opens. Figures by
territory hold no personal data and everyone signed in may read them; those of one SIAE are read by the State and the
networks on their land, and by the SIAE itself.
"""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role
from maillage.references.accounts.enums import ProfilMembre as P


class Permission(StrEnum):
    """What can be done with the offer, present and to come."""

    RAISE = "offre.raise"  # raise and lead calls for projects
    DEPOSIT = "offre.deposit"  # carry the dossiers of one's organisation
    INSTRUCT = "offre.instruct"  # examine those of one's département
    OPINE = "offre.opine"  # give the opinion asked to one's organisation
    FOLLOW = "offre.follow"  # read the dossiers that are open to one
    VIEW_PUBLICS = "offre.view_publics"
    SET_OBJECTIF = "offre.set_objectif"
    VIEW_ECARTS = "offre.view_ecarts"  # each SIAE against the objective, by name
    RECORD_REALISATIONS = "offre.record_realisations"  # of one's own SIAE
    IMPORT_REALISATIONS = "offre.import_realisations"  # of any
    TELL_PRATIQUE = "offre.tell_pratique"


ETAT = (P.ETAT_REGION, P.ETAT_DEPARTEMENT)
PARTENAIRES = (P.REGION, P.DEPARTEMENT_PILOTAGE, P.EMPLOI_DIRECTION, P.COLLECTIVITE, P.RESEAU)

HOLDERS: dict[Permission, tuple[Role | P, ...]] = {
    Permission.RAISE: (*ETAT, P.REGION, P.DEPARTEMENT_PILOTAGE),
    Permission.DEPOSIT: (P.SIAE_DIRECTION,),
    Permission.INSTRUCT: (P.ETAT_DEPARTEMENT,),
    Permission.OPINE: PARTENAIRES,
    Permission.FOLLOW: (P.SIAE_DIRECTION, *ETAT, *PARTENAIRES),
    Permission.VIEW_PUBLICS: (Role.CONNECTE,),
    Permission.SET_OBJECTIF: ETAT,
    Permission.VIEW_ECARTS: (*ETAT, P.RESEAU, Role.EXPLOITANT),
    Permission.RECORD_REALISATIONS: (P.SIAE_DIRECTION,),
    Permission.IMPORT_REALISATIONS: (Role.EXPLOITANT,),
    Permission.TELL_PRATIQUE: (*ETAT, P.RESEAU, P.SIAE_DIRECTION),
}

ROLES: dict[Role | P, frozenset[Permission]] = {
    role: frozenset(permission for permission, holders in HOLDERS.items() if role in holders)
    for role in dict.fromkeys(role for holders in HOLDERS.values() for role in holders)
}
