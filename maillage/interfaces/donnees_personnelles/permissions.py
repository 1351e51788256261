"""Everyone has a right to their own data. Those of a person in insertion follow `personnes.rights` and their file."""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role


class Permission(StrEnum):
    """What this room adds to the rights of `personnes`."""

    MOI = "donnees_personnelles.moi"


ROLES = {Role.CONNECTE: frozenset({Permission.MOI})}
