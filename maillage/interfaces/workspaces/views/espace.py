"""The space of a person who is signed in: what awaits them, where to go, in whose name they act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils import timezone

from maillage.foundations.kernel.attentes import list_groupes
from maillage.foundations.kernel.notifications import list_notifications
from maillage.foundations.kernel.screens import ActScreen, Onward, Screen
from maillage.interfaces.workspaces.forms.organisation import OrganisationForm
from maillage.interfaces.workspaces.permissions import Permission
from maillage.interfaces.workspaces.queries.espace import get_chez, get_profils, list_raccourcis
from maillage.interfaces.workspaces.services.organisation import choose_organisation
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

# The notifications that the home shows; the others are one click away.
LAST = 4


def get_user(request: HttpRequest) -> User:
    """Return who asks: the permission has kept anonymous visitors out."""
    assert isinstance(request.user, User)
    return request.user


class MonEspace(Screen):
    """What awaits me."""

    permission = Permission.ESPACE
    title = "Mon espace"
    template_name = "workspaces/mon_espace.html"

    def get_context(self) -> dict[str, Any]:
        user = get_user(self.request)
        profils = get_profils(user)
        return {
            "membre": user.membre,
            "plusieurs": len(user.membres_actifs) > 1,
            "exploitant": user.is_staff,
            "groupes": list_groupes(user, timezone.localdate()),
            "profils": profils,
            "chez": get_chez(user),
            "raccourcis": list_raccourcis(user, profils),
            "notifications": list_notifications(user)[:LAST],
        }


class ChoixOrganisation(Onward, ActScreen):
    """Choose in whose name one acts, then go on where one was."""

    permission = Permission.ESPACE
    title = "Changer d’organisation"
    parents = (("Mon espace", "workspaces:mon_espace"),)
    template_name = "workspaces/organisation.html"
    form_class = OrganisationForm
    submit_label = "Agir au nom de cette organisation"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": get_user(self.request)}

    def get_context(self) -> dict[str, Any]:
        return {"membres": get_user(self.request).membres_actifs}

    def perform(self, form: OrganisationForm) -> str:
        user = get_user(self.request)
        membre = choose_organisation(session=self.request.session, membre=form.cleaned_data["membre"], actor=user)
        messages.success(self.request, f"Vous agissez au nom de {membre.organisation}.")
        return self.get_next()
