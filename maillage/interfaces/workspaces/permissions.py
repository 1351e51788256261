"""Who has a space of their own: anyone who is signed in."""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role


class Permission(StrEnum):
    """What can be done in one's own space."""

    ESPACE = "workspaces.espace"  # see what awaits one, choose in whose name one acts


ROLES = {Role.CONNECTE: frozenset({Permission.ESPACE})}
