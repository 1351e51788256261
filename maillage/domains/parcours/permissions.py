"""Who may do what with pathways. Roles say which screens exist for whom; whose file each opens is said, once, by
`personnes/queries/visibilite.py`: every question about a person's pathway goes through it.

Figures by territory name nobody: those who steer read them, under the secrecy threshold.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from maillage.references.accounts.enums import ProfilMembre as P

if TYPE_CHECKING:
    from maillage.foundations.kernel.permissions import Role


class Permission(StrEnum):
    """What can be done with pathways."""

    VIEW = "parcours.view"  # titles, contracts and steps of the persons whose file is open to one
    VIEW_SOCIAL = "parcours.view_social"  # situation, criteria, freins of these persons
    DIAGNOSE = "parcours.diagnose"  # say that a person is eligible
    HIRE = "parcours.hire"  # contracts, hours, exits, suspensions of one's own SIAE
    GRANT = "parcours.grant"  # answer what a SIAE asks for a person: prolongation
    FIGURES = "parcours.figures"  # counts by territory, never names
    FOLLOW_UP = "parcours.follow_up"  # write down the news that a person gives after they left


SIAE = (P.SIAE_DIRECTION, P.SIAE_ACCOMPAGNEMENT)
PRESCRIPTEURS = (P.PRESCRIPTEUR, P.EMPLOI_CONSEILLER, P.DEPARTEMENT_REFERENT)
PILOTES = (
    P.ETAT_REGION,
    P.ETAT_DEPARTEMENT,
    P.REGION,
    P.DEPARTEMENT_PILOTAGE,
    P.EMPLOI_DIRECTION,
    P.RESEAU,
    P.ANALYSTE,
)

HOLDERS: dict[Permission, tuple[Role | P, ...]] = {
    Permission.VIEW: (*SIAE, *PRESCRIPTEURS, P.ETAT_DEPARTEMENT),
    Permission.VIEW_SOCIAL: (*SIAE, *PRESCRIPTEURS),
    Permission.DIAGNOSE: (*SIAE, *PRESCRIPTEURS),
    Permission.HIRE: SIAE,
    Permission.GRANT: PRESCRIPTEURS,
    Permission.FIGURES: PILOTES,
    Permission.FOLLOW_UP: (*SIAE, *PRESCRIPTEURS),
}

ROLES: dict[Role | P, frozenset[Permission]] = {
    role: frozenset(permission for permission, holders in HOLDERS.items() if role in holders)
    for role in dict.fromkeys(role for holders in HOLDERS.values() for role in holders)
}
