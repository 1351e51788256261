"""What the screens of this room share: who acts, whose rights they answer for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from maillage.foundations.kernel.screens.base import Screen
from maillage.references.accounts.models import User
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from maillage.references.personnes.models import Personne


class RightsScreen(Screen):
    """A screen of somebody who answers for the rights of persons."""

    permission = Permission.RIGHTS
    portee = "les personnes dont le dossier lui est ouvert"

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user


class OfPersonne(RightsScreen):
    """A screen about the person of the address, when they are seen."""

    @cached_property
    def personne(self) -> Personne:
        return get_object_or_404(visible_to(self.request.user), public_id=self.kwargs["public_id"])

    def readings(self) -> Iterable[Model]:
        return [self.personne]
