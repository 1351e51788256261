"""Who may import: the operators of the platform. A file may hold more than what it is imported for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import Role, granted

if TYPE_CHECKING:
    from maillage.references.accounts.models import User


class Permission(StrEnum):
    """What can be done with files that come in."""

    IMPORT = "imports.import"


ROLES = {Role.EXPLOITANT: frozenset({Permission.IMPORT})}


def check_importer(actor: User | None) -> None:
    """Refuse anyone who may not import; `actor` None is the machine (command line, worker)."""
    if actor is not None and not (decision := granted(actor, Permission.IMPORT)):
        raise Refused(Refusal("interdit", decision.reason))
