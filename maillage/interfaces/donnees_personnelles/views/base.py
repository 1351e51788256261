"""What the screens of this room share: who acts, and the line that a name shown leaves in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from maillage.foundations.kernel import readings
from maillage.foundations.kernel.screens.base import Screen
from maillage.references.accounts.models import User
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.references.personnes.models import Personne


class ShowsPersons(Screen):
    """A screen that shows persons by name: each one shown is written down, once the page is made."""

    permission = Permission.RIGHTS
    portee = "les personnes dont le dossier lui est ouvert"

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def shown(self) -> Iterable[Personne]:
        """Return the persons whom the page names."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200:
            match = request.resolver_match
            readings.record(self.shown(), reader=self.actor, screen=match.view_name if match else "")
        return response


class OfPersonne(ShowsPersons):
    """A screen about the person of the address, when they are seen."""

    @cached_property
    def personne(self) -> Personne:
        return get_object_or_404(visible_to(self.request.user), public_id=self.kwargs["public_id"])

    def shown(self) -> Iterable[Personne]:
        return [self.personne]
