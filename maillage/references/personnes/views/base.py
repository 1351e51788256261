"""What the screens of this room share: who acts, whose file it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.foundations.kernel.screens import ActScreen, Screen
from maillage.references.accounts.models import User
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.personnes import get_personne

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from maillage.references.personnes.models import Personne


@method_decorator((never_cache, sensitive_post_parameters()), name="dispatch")
class PersonnesScreen(Screen):
    """A screen of somebody who signed in: kept by no browser, and none of what is typed goes in an error report."""

    @property
    def actor(self) -> User:
        """The account that asks: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user


class OfPersonne(PersonnesScreen):
    """A screen about one person, who is named on it: whoever opens it leaves a line in the journal of readings."""

    portee = "les personnes dont le dossier lui est ouvert"

    @cached_property
    def personne(self) -> Personne:
        """The person of the address, among those whom this account may see."""
        found = get_personne(self.actor, self.kwargs["public_id"])
        if found is None:
            raise Http404("Ce dossier n’existe pas, ou ne vous est pas ouvert.")
        return found

    def readings(self) -> Iterable[Model]:
        return [self.personne]

    def reading_reason(self, subject: Any) -> str:
        return subject.motif_lecture or ""

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        sheet = reverse("personnes:detail", args=[self.personne.public_id])
        return [("Personnes", reverse("personnes:list")), (str(self.personne), sheet)]

    @property
    def sheet_url(self) -> str:
        """Where the acts of this person lead back."""
        return reverse("personnes:detail", args=[self.personne.public_id])


class PersonneAct(OfPersonne, ActScreen):
    """An act of somebody who follows persons, on one of them."""

    permission: ClassVar[str | None] = Permission.FOLLOW

    def get_context(self) -> dict[str, Any]:
        return {"personne": self.personne}
