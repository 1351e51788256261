"""Who may raise calls for projects, carry a dossier, examine it, give an opinion on it, read it.

Roles say which screens exist for whom; `queries/visibilite.py` says which dossiers and calls each one opens.
"""

from __future__ import annotations

from enum import StrEnum

from maillage.references.accounts.enums import ProfilMembre as P


class Permission(StrEnum):
    """What can be done with the offer to come."""

    RAISE = "offre.raise"  # raise and lead calls for projects
    DEPOSIT = "offre.deposit"  # carry the dossiers of one's organisation
    INSTRUCT = "offre.instruct"  # examine those of one's département
    OPINE = "offre.opine"  # give the opinion asked to one's organisation
    FOLLOW = "offre.follow"  # read the dossiers that are open to one


ROLES = {
    P.SIAE_DIRECTION: frozenset({Permission.DEPOSIT, Permission.FOLLOW}),
    P.ETAT_DEPARTEMENT: frozenset({Permission.RAISE, Permission.INSTRUCT, Permission.FOLLOW}),
    P.ETAT_REGION: frozenset({Permission.RAISE, Permission.FOLLOW}),
    P.REGION: frozenset({Permission.RAISE, Permission.OPINE, Permission.FOLLOW}),
    P.DEPARTEMENT_PILOTAGE: frozenset({Permission.RAISE, Permission.OPINE, Permission.FOLLOW}),
    P.EMPLOI_DIRECTION: frozenset({Permission.OPINE, Permission.FOLLOW}),
    P.COLLECTIVITE: frozenset({Permission.OPINE, Permission.FOLLOW}),
    P.RESEAU: frozenset({Permission.OPINE, Permission.FOLLOW}),
}
