"""The page that the link of an invitation opens, for whoever holds it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.screens import ActScreen
from maillage.references.accounts.forms.membres import CompteForm
from maillage.references.accounts.models import Invitation, User
from maillage.references.accounts.queries.membres import find_account, read_invitation
from maillage.references.accounts.services.invitations import accept, join
from maillage.references.accounts.views.organisations import detail_url

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


@method_decorator((never_cache, sensitive_post_parameters("password", "confirmation")), name="dispatch")
class Reponse(ActScreen):
    """Accept an invitation: by one click when signed in with its address, else by making one's account.

    A link that opens nothing says why and what to do, and nothing of the invitation.
    """

    public = True
    title = "Rejoindre une organisation"
    template_name = "accounts/invitation.html"
    success_message = "Bienvenue\u202f: vous êtes membre de l’organisation."
    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.invitation = read_invitation(kwargs["lien"])
        except Refused as refused:
            [reason] = refused.refusals
            status = 404 if reason.code == "lien_altere" else 410
            return self.render(status, situation="close", reason=reason.message)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def situation(self) -> str:
        """How the person stands to the invitation: its account, another one, to sign in, or to create one."""
        user = self.request.user
        if isinstance(user, User):
            return "accepter" if user.email.casefold() == self.invitation.email.casefold() else "autre_compte"
        return "connecter" if find_account(self.invitation.email) else "creer"

    def get_form(self) -> forms.Form:
        data = self.request.POST if self.request.method == "POST" else None
        names = {"prenom": self.invitation.prenom, "nom": self.invitation.nom}
        return CompteForm(data, initial=names) if self.situation == "creer" else forms.Form(data)

    def ask(self, form: forms.Form, status: int = 200) -> HttpResponseBase:
        label = "Créer mon compte et rejoindre" if self.situation == "creer" else "Rejoindre l’organisation"
        here = self.request.get_full_path()
        return self.render(
            status,
            situation=self.situation,
            invitation=self.invitation,
            form=form,
            submit_label=label,
            login_url=f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': here})}",
            has_errors=status != 200,
        )

    def perform(self, form: forms.Form) -> str:
        lien = self.kwargs["lien"]
        if self.situation == "creer":
            names = {name: form.cleaned_data[name] for name in ("prenom", "nom", "password")}
            membre = join(request=self.request, lien=lien, **names)
            page = detail_url(membre.organisation)
            owes = f"{reverse('accounts:second_facteur')}?{urlencode({'next': page})}"
            return owes if membre.user.roles_endormis else page
        if self.situation == "connecter":
            raise Refused(Refusal("a_connecter", "Connectez-vous d’abord avec l’adresse de l’invitation."))
        assert isinstance(self.request.user, User)
        return detail_url(accept(request=self.request, lien=lien, actor=self.request.user).organisation)
