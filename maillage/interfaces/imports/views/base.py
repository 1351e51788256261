"""What the acts of this room share."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from maillage.foundations.kernel.screens import ActScreen
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.permissions import Permission
from maillage.references.accounts.models import User


class ImportAct(ActScreen):
    """An act of somebody who may import."""

    permission = Permission.IMPORT
    portee = "tous les lots d’import"

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user


class LotAct(ImportAct):
    """An act on the batch of the address."""

    @cached_property
    def lot(self) -> Lot:
        return get_object_or_404(Lot, pk=self.kwargs["pk"])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Imports", reverse("imports:list")), (str(self.lot), reverse("imports:lot", args=[self.lot.pk]))]
