"""Sign in, sign out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.foundations.kernel.screens import ActScreen
from maillage.references.accounts.forms.session import ConnexionForm
from maillage.references.accounts.services.session import close_session, open_session


@method_decorator((never_cache, sensitive_post_parameters("password")), name="dispatch")
class Connexion(ActScreen):
    """Ask for an address and a password, then lead where the person wanted to go."""

    public = True
    title = "Se connecter"
    intro = "Les pages publiques se lisent sans compte. Un compte sert à importer des données et à agir."
    template_name = "accounts/connexion.html"
    form_class = ConnexionForm
    submit_label = "Se connecter"

    def perform(self, form: ConnexionForm) -> str:
        open_session(request=self.request, **form.cleaned_data)
        return self.get_next()

    def get_next(self) -> str:
        """Return the page asked for when it is one of ours, else the home page."""
        asked = self.request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            asked, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )
        return asked if safe else resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_context(self) -> dict[str, Any]:
        return {"compte_demo": settings.MAILLAGE_DEMO_COMPTE if settings.MAILLAGE_DEMO else None}


@method_decorator(never_cache, name="dispatch")
class Deconnexion(ActScreen):
    """Close the session; reached by address, ask first."""

    public = True
    title = "Se déconnecter"
    intro = "La session sera fermée sur cet appareil."
    submit_label = "Se déconnecter"

    def perform(self, form: Any) -> str:
        close_session(request=self.request)
        return resolve_url(settings.LOGOUT_REDIRECT_URL)
