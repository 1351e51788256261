"""What the acts of this room share."""

from __future__ import annotations

from maillage.foundations.kernel.screens import ActScreen
from maillage.interfaces.imports.permissions import Permission
from maillage.references.accounts.models import User


class ImportAct(ActScreen):
    """An act of somebody who may import."""

    permission = Permission.IMPORT

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user
