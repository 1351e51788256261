"""Who may see and write the supply of insertion: it holds no personal data, so everyone may see it."""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role


class Permission(StrEnum):
    """What can be done to the SIAE."""

    VIEW = "structures.view"
    REGISTER = "structures.register"


ROLES = {
    Role.VISITEUR: frozenset({Permission.VIEW}),
    Role.EXPLOITANT: frozenset({Permission.REGISTER}),
}
