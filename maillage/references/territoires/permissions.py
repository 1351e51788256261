"""Who may see and load the territories: they are public, and the operator keeps them up to date."""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role


class Permission(StrEnum):
    """What can be done to the territories."""

    VIEW = "territoires.view"
    LOAD = "territoires.load"


ROLES = {
    Role.VISITEUR: frozenset({Permission.VIEW}),
    Role.EXPLOITANT: frozenset({Permission.LOAD}),
}
