"""Who may do what with diagnostics: everyone reads, operators write the need, who steers the offer tries scenarios."""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role
from maillage.references.accounts.enums import ProfilMembre as P


class Permission(StrEnum):
    RECORD = "diagnostics.record"
    VIEW_SCENARIOS = "diagnostics.view_scenarios"  # those of one's organisation and the shared ones
    EDIT_SCENARIOS = "diagnostics.edit_scenarios"  # those of one's organisation


# Who decides where a place opens, who prepares that decision, who runs the places.
AUTEURS = (
    P.ETAT_REGION,
    P.ETAT_DEPARTEMENT,
    P.REGION,
    P.DEPARTEMENT_PILOTAGE,
    P.EMPLOI_DIRECTION,
    P.COLLECTIVITE,
    P.RESEAU,
    P.DLA,
    P.ANALYSTE,
    P.SIAE_DIRECTION,
)

ROLES: dict[Role | P, frozenset[Permission]] = {
    Role.CONNECTE: frozenset({Permission.VIEW_SCENARIOS}),
    **dict.fromkeys(AUTEURS, frozenset({Permission.EDIT_SCENARIOS})),
    Role.EXPLOITANT: frozenset({Permission.RECORD}),
}
