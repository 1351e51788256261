"""What the screens of the room share: who acts, on which call or dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.dossiers import get_dossier
from maillage.domains.offre.queries.visibilite import carried_dossiers, instructed_dossiers
from maillage.domains.offre.rules.dossiers import WORKFLOWS
from maillage.domains.offre.services.dossiers import check_modifiable
from maillage.foundations.kernel.screens import ActScreen, Screen
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.offre.models import Dossier

DOSSIERS = ("Dossiers", "offre:dossiers")


class OffreScreen(Screen):
    """A screen of somebody who signed in."""

    @property
    def actor(self) -> User:
        """The account that asks: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def today(self) -> date:
        return timezone.localdate()


class OfDossier(OffreScreen):
    """A screen about one dossier, among those that are open to who asks."""

    permission = Permission.FOLLOW
    portee = "les dossiers qui lui sont ouverts"

    @cached_property
    def dossier(self) -> Dossier:
        """The dossier of the address."""
        found = get_dossier(self.actor, self.kwargs["public_id"])
        if found is None or not self.reach(found):
            raise Http404("Ce dossier n’existe pas, ou ne vous est pas ouvert.")
        return found

    def reach(self, dossier: Dossier) -> bool:
        """Tell whether the screen opens this dossier, which the account may read."""
        return True

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(DOSSIERS[0], reverse(DOSSIERS[1])), (str(self.dossier), self.page_url)]

    @property
    def page_url(self) -> str:
        """The page of the dossier, where its acts lead back."""
        return reverse("offre:dossier", args=[self.dossier.public_id])


class DossierAct(OfDossier, ActScreen):
    """An act on a dossier; `acte` is its arrow in the table of transitions, "" for one that moves no state."""

    acte: str = ""
    template_name = "offre/acte.html"

    def rows(self) -> QuerySet[Dossier]:
        """Return the dossiers on which the account may act so."""
        raise NotImplementedError

    def reach(self, dossier: Dossier) -> bool:
        return self.rows().filter(pk=dossier.pk).exists()

    def check(self) -> None:
        if self.acte:
            WORKFLOWS[self.dossier.demande].target(self.acte, self.dossier.etat)

    def get_context(self) -> dict[str, Any]:
        return {"dossier": self.dossier}


class CarrierAct(DossierAct):
    """An act of the organisation that carries the dossier."""

    permission = Permission.DEPOSIT
    portee = "les dossiers de son organisation"

    def rows(self) -> QuerySet[Dossier]:
        return carried_dossiers(self.actor)


class CarrierEdit(CarrierAct):
    """A change of what a dossier says."""

    def check(self) -> None:
        check_modifiable(self.dossier)


class InstructorAct(DossierAct):
    """An act of the service that examines the dossier."""

    permission = Permission.INSTRUCT
    portee = "les dossiers de son département"

    def rows(self) -> QuerySet[Dossier]:
        return instructed_dossiers(self.actor)
