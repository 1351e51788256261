"""Who may do what with companies. Whose file is open is said, once, by `personnes/queries/visibilite.py`; whoever
leads a POEC or receives a profile reads it without a name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from maillage.references.accounts.enums import ProfilMembre as P

if TYPE_CHECKING:
    from maillage.foundations.kernel.permissions import Role


class Permission(StrEnum):
    """What can be done with companies."""

    VIEW_IMMERSIONS = "entreprises.view_immersions"  # of the persons whose file is open to one
    PRESCRIBE = "entreprises.prescribe"  # write, sign on the spot, renew, assess
    FIGURES = "entreprises.figures"  # counts by territory, never names
    VIEW_POEC = "entreprises.view_poec"  # sessions, without candidates
    PROPOSE = "entreprises.propose"  # a person to a session, or as a profile without a name
    MOVE_POEC = "entreprises.move_poec"  # a candidate of one's sessions, or of one's SIAE
    LEAD_POEC = "entreprises.lead_poec"  # open sessions, answer candidates known by a number
    MEDIATE = "entreprises.mediate"  # partnerships, contacts, needs, actions of one's organisation
    RECEIVE = "entreprises.receive"  # profiles without a name
    VIEW_MARCHE = "entreprises.view_marche"


SIAE = (P.SIAE_DIRECTION, P.SIAE_ACCOMPAGNEMENT)
PRESCRIPTEURS = (P.PRESCRIPTEUR, P.EMPLOI_CONSEILLER)
PILOTES = (
    P.ETAT_REGION,
    P.ETAT_DEPARTEMENT,
    P.REGION,
    P.DEPARTEMENT_PILOTAGE,
    P.EMPLOI_DIRECTION,
    P.RESEAU,
    P.ANALYSTE,
)
MENEURS = (P.OPCO, P.RESEAU, P.EMPLOI_DIRECTION)

HOLDERS: dict[Permission, tuple[Role | P, ...]] = {
    Permission.VIEW_IMMERSIONS: (*SIAE, *PRESCRIPTEURS, P.DEPARTEMENT_REFERENT, P.ETAT_DEPARTEMENT),
    Permission.PRESCRIBE: (*SIAE, *PRESCRIPTEURS),
    Permission.FIGURES: PILOTES,
    Permission.VIEW_POEC: (*SIAE, *PRESCRIPTEURS, *MENEURS, *(p for p in PILOTES if p not in MENEURS), P.FORMATION),
    Permission.PROPOSE: SIAE,
    Permission.MOVE_POEC: (*SIAE, *MENEURS),
    Permission.LEAD_POEC: MENEURS,
    Permission.MEDIATE: (*SIAE, P.EMPLOI_CONSEILLER, P.RESEAU),
    Permission.RECEIVE: (P.EMPLOI_CONSEILLER, P.ENTREPRISE),
    Permission.VIEW_MARCHE: (*SIAE, *PRESCRIPTEURS, *PILOTES, P.OPCO, P.FORMATION),
}

ROLES: dict[Role | P, frozenset[Permission]] = {
    role: frozenset(permission for permission, holders in HOLDERS.items() if role in holders)
    for role in dict.fromkeys(role for holders in HOLDERS.values() for role in holders)
}
