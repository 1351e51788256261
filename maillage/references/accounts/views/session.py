"""Sign in, give the second factor, sign out, close one's sessions elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.foundations.kernel.screens import ActScreen
from maillage.references.accounts.forms.session import CodeForm, ConnexionForm
from maillage.references.accounts.queries.acces import sessions_of
from maillage.references.accounts.queries.membres import list_comptes_demo
from maillage.references.accounts.rules import describe_browser
from maillage.references.accounts.services import oidc
from maillage.references.accounts.services.identites import awaiting
from maillage.references.accounts.services.proconnect import leave_url
from maillage.references.accounts.services.session import (
    awaited,
    close_session,
    give_code,
    open_session,
    revoke_others,
    revoke_session,
)
from maillage.references.accounts.views.base import CompteAct, Entree

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.references.accounts.models import Session


@method_decorator((never_cache, sensitive_post_parameters("password")), name="dispatch")
class Connexion(Entree, ActScreen):
    """Ask for an address and a password, then lead where the person wanted to go."""

    public = True
    title = "Se connecter"
    intro = "Les pages publiques se lisent sans compte. Un compte sert à importer des données et à agir."
    template_name = "accounts/connexion.html"
    form_class = ConnexionForm
    submit_label = "Se connecter"

    def perform(self, form: ConnexionForm) -> str:
        inside = open_session(request=self.request, **form.cleaned_data)
        return self.land() if inside else self.onward("accounts:code")

    def get_context(self) -> dict[str, Any]:
        return {
            "compte_demo": settings.MAILLAGE_DEMO_COMPTE if settings.MAILLAGE_DEMO else None,
            "comptes_demo": list_comptes_demo() if settings.MAILLAGE_DEMO else [],
            "proconnect_url": self.onward("accounts:proconnect") if oidc.configured() else "",
            "a_lier": awaiting(self.request),
        }


@method_decorator((never_cache, sensitive_post_parameters("code")), name="dispatch")
class Code(Entree, ActScreen):
    """Ask whoever gave a first factor for the second."""

    public = True
    title = "Confirmer votre identité"
    intro = "Votre compte est protégé par la double authentification."
    parents = (("Se connecter", "accounts:login"),)
    template_name = "accounts/code.html"
    form_class = CodeForm
    submit_label = "Confirmer"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if awaited(request) is None:
            return HttpResponseRedirect(self.land() if request.user.is_authenticated else self.onward("accounts:login"))
        return super().get(request, *args, **kwargs)

    def perform(self, form: CodeForm) -> str:
        give_code(request=self.request, code=form.cleaned_data["code"])
        return self.land()


@method_decorator(never_cache, name="dispatch")
class Deconnexion(ActScreen):
    """Close the session; reached by address, ask first."""

    public = True
    title = "Se déconnecter"
    intro = "La session sera fermée sur cet appareil."
    submit_label = "Se déconnecter"

    def perform(self, form: Any) -> str:
        home = resolve_url(settings.LOGOUT_REDIRECT_URL)
        elsewhere = leave_url(request=self.request, back=self.request.build_absolute_uri(home))
        close_session(request=self.request)
        if not elsewhere:
            return home
        self.request.session[DEPART] = elsewhere
        return reverse("accounts:proconnect_depart")


# Under this key, the page where ProConnect closes its own session: the next page leads there. No redirection from the
# form does: browsers hold `form-action` along the whole chain, and we cannot name every agency's provider.
DEPART = "proconnect_depart"


class FermerSession(CompteAct):
    """Close one of one's sessions."""

    portee = "ses sessions"
    title = "Fermer une session"
    submit_label = "Fermer cette session"
    success_message = "La session est fermée."

    @cached_property
    def session(self) -> Session:
        found = sessions_of(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404
        return found

    def get_intro(self) -> str:
        browser = describe_browser(self.session.navigateur)
        return f"{browser}\u202f: il faudra s’y connecter de nouveau."

    def perform(self, form: Any) -> str:
        revoke_session(actor=self.actor, public_id=self.session.public_id)
        return reverse("accounts:compte")


class FermerAutres(CompteAct):
    """Close every session but this one."""

    title = "Fermer toutes les autres sessions"
    intro = "Vous resterez connecté ici, et nulle part ailleurs. Faites-le si un appareil est perdu."
    submit_label = "Fermer les autres sessions"
    success_message = "Les autres sessions sont fermées."

    def perform(self, form: Any) -> str:
        revoke_others(actor=self.actor, kept=self.request.session.session_key)
        return reverse("accounts:compte")
