"""What the screens of the room that name nobody share: who acts, on which day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.foundations.kernel.screens import Screen
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from datetime import date


class EntreprisesScreen(Screen):
    """A screen of somebody who signed in."""

    @property
    def actor(self) -> User:
        """The account that asks: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def today(self) -> date:
        return timezone.localdate()
