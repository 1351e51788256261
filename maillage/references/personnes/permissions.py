"""Who may see a person, and do what with their file: by role, by active relation, by territory, by reasoned opening.

Roles say which screens exist for whom; `queries/visibilite.py` says whose file each one opens.
"""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role
from maillage.references.accounts.enums import ProfilMembre as P


class Permission(StrEnum):
    """What can be done with persons, and with what is kept of them."""

    VIEW = "personnes.view"
    FOLLOW = "personnes.follow"  # create, correct, begin and end a relation
    READINGS = "personnes.readings"  # who read the file
    OPENINGS = "personnes.openings"  # which operators opened the file, and why
    RIGHTS = "personnes.rights"  # export, objection, erasure
    FIGURES = "personnes.figures"  # counts, never names
    OPEN = "personnes.open"  # exceptional access of an operator


SUIVI = frozenset({Permission.VIEW, Permission.FOLLOW, Permission.READINGS, Permission.OPENINGS})

ROLES = {
    P.SIAE_DIRECTION: SUIVI | {Permission.RIGHTS},
    P.SIAE_ACCOMPAGNEMENT: SUIVI | {Permission.RIGHTS},
    P.PRESCRIPTEUR: SUIVI | {Permission.RIGHTS},
    P.EMPLOI_CONSEILLER: SUIVI | {Permission.RIGHTS},
    P.DEPARTEMENT_REFERENT: SUIVI | {Permission.RIGHTS},
    P.ETAT_DEPARTEMENT: frozenset({Permission.VIEW, Permission.FIGURES}),
    P.ETAT_REGION: frozenset({Permission.FIGURES}),
    P.REGION: frozenset({Permission.FIGURES}),
    P.DEPARTEMENT_PILOTAGE: frozenset({Permission.FIGURES}),
    P.EMPLOI_DIRECTION: frozenset({Permission.FIGURES}),
    P.RESEAU: frozenset({Permission.FIGURES}),
    P.ANALYSTE: frozenset({Permission.FIGURES}),
    P.DPO: frozenset({Permission.VIEW, Permission.READINGS, Permission.OPENINGS, Permission.RIGHTS}),
    Role.EXPLOITANT: frozenset({Permission.VIEW, Permission.OPEN, Permission.OPENINGS}),
}
