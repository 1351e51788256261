"""The second factor, in three steps: why, the application, the recovery codes; and how to leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyotp
import segno
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from maillage.references.accounts.forms.compte import PremierCodeForm, PreuveForm
from maillage.references.accounts.queries.acces import find_draft, find_second_factor
from maillage.references.accounts.rules import grouped
from maillage.references.accounts.services.second_facteur import (
    activate,
    disable,
    forget_codes,
    prepare,
    renew_codes,
    shown_codes,
)
from maillage.references.accounts.views.base import CompteAct

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.references.accounts.models import SecondFacteur

ETAPES = ("Installer une application", "Relier l’application", "Garder les codes de secours")


class Activation(CompteAct):
    """One of the steps; leads away from a step that is not the present one."""

    template_name = "accounts/second_facteur.html"
    etape = 1

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        elsewhere = self.leads_away()
        return HttpResponseRedirect(elsewhere) if elsewhere else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        elsewhere = self.leads_away()
        return HttpResponseRedirect(elsewhere) if elsewhere else super().post(request, *args, **kwargs)

    def leads_away(self) -> str:
        """Return the address of the present step; empty when it is this one."""
        return self.get_next("accounts:compte") if find_second_factor(self.actor) else ""

    def get_context(self) -> dict[str, Any]:
        return {"etapes": ETAPES, "etape": self.etape, "exige": self.actor.second_facteur_exige}


class Presenter(Activation):
    """Say what it is for, and begin."""

    title = "Activer la double authentification"
    submit_label = "J’ai une application, continuer"

    def perform(self, form: Any) -> str:
        prepare(actor=self.actor)
        return self.onward("accounts:second_facteur_relier")


class Relier(Activation):
    """Show the secret, ask for a first code."""

    title = "Relier votre application"
    template_name = "accounts/second_facteur_relier.html"
    form_class = PremierCodeForm
    submit_label = "Activer"
    etape = 2

    @cached_property
    def draft(self) -> SecondFacteur | None:
        return find_draft(self.actor)

    def leads_away(self) -> str:
        return super().leads_away() or ("" if self.draft else self.onward("accounts:second_facteur"))

    def get_context(self) -> dict[str, Any]:
        assert self.draft is not None
        secret = self.draft.secret or ""
        address = pyotp.TOTP(secret).provisioning_uri(name=self.actor.email, issuer_name="Maillage")
        svg = segno.make(address, error="m").svg_inline(svgclass="mg-qr__svg", omitsize=True, light="#fff", border=4)
        return {**super().get_context(), "secret": grouped(secret), "qr": SafeString(svg)}

    def perform(self, form: PremierCodeForm) -> str:
        activate(request=self.request, actor=self.actor, code=form.cleaned_data["code"])
        return self.onward("accounts:codes_secours")


class Codes(Activation):
    """Show the recovery codes until the person says to have written them down; then never again."""

    title = "Vos codes de secours"
    template_name = "accounts/codes_secours.html"
    submit_label = "J’ai noté mes codes"
    success_message = "La double authentification est active."
    etape = 3

    def leads_away(self) -> str:
        return "" if shown_codes(self.request) else self.get_next("accounts:compte")

    def get_cancel_url(self) -> str:
        return ""

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "codes": [grouped(code) for code in shown_codes(self.request)]}

    def perform(self, form: Any) -> str:
        forget_codes(request=self.request)
        return self.get_next("accounts:compte")


class Renouveler(CompteAct):
    """Draw new recovery codes."""

    title = "Renouveler les codes de secours"
    intro = "Dix nouveaux codes seront tirés. Les anciens ne serviront plus."
    form_class = PreuveForm
    submit_label = "Renouveler les codes"

    def perform(self, form: PreuveForm) -> str:
        renew_codes(request=self.request, actor=self.actor, password=form.cleaned_data["password"])
        return reverse("accounts:codes_secours")


class Desactiver(CompteAct):
    """Go back to the password alone."""

    title = "Désactiver la double authentification"
    template_name = "accounts/second_facteur_desactiver.html"
    form_class = PreuveForm
    submit_label = "Désactiver"
    success_message = "La double authentification est désactivée. Vos autres sessions sont fermées."

    def get_context(self) -> dict[str, Any]:
        return {"exige": self.actor.second_facteur_exige}

    def perform(self, form: PreuveForm) -> str:
        disable(request=self.request, actor=self.actor, password=form.cleaned_data["password"])
        return reverse("accounts:compte")
