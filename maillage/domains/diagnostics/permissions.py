"""Who may do what with diagnostics: everyone reads them, operators write the need."""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role


class Permission(StrEnum):
    RECORD = "diagnostics.record"


ROLES = {Role.EXPLOITANT: frozenset({Permission.RECORD})}
