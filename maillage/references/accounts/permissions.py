"""What anyone who is signed in may do with their own account."""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role
from maillage.references.accounts.enums import ProfilMembre


class Permission(StrEnum):
    """What can be done with accounts."""

    COMPTE = "accounts.compte"  # one's own: name, password, second factor, sessions


PROFILS = tuple(ProfilMembre)
ROLES = {Role.CONNECTE: frozenset({Permission.COMPTE})}
