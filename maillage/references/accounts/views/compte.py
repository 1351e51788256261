"""One's own account: what is known of it, one's name, one's password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.foundations.kernel.screens import ActScreen, DetailScreen
from maillage.foundations.kernel.screens.base import Screen
from maillage.references.accounts.forms.compte import ChangementForm, NomForm, NouveauForm, OubliForm
from maillage.references.accounts.models import IdentiteProConnect, User
from maillage.references.accounts.permissions import Permission
from maillage.references.accounts.queries.acces import (
    count_recovery_codes,
    find_by_link,
    find_second_factor,
    list_sessions,
)
from maillage.references.accounts.services import oidc
from maillage.references.accounts.services.compte import rename
from maillage.references.accounts.services.identites import unlink
from maillage.references.accounts.services.mot_de_passe import ask_reset, change_password, reset_password
from maillage.references.accounts.views.base import CompteAct

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


@method_decorator(never_cache, name="dispatch")
class MonCompte(DetailScreen):
    """Everything about one's account, and what can be done with it."""

    permission = Permission.COMPTE
    title = "Mon compte"
    template_name = "accounts/compte.html"

    def get_object(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def get_context(self) -> dict[str, Any]:
        user = self.object
        factor = find_second_factor(user)
        return {
            "compte": user,
            "organisations": user.membres_actifs,
            "facteur": factor,
            "codes_restants": count_recovery_codes(user) if factor else 0,
            "sessions": list_sessions(user, self.request.session.session_key),
            "proconnect": oidc.configured(),
            "identite": IdentiteProConnect.objects.filter(user=user).first(),
        }


class Nom(CompteAct):
    """Correct one's own name."""

    title = "Modifier votre nom"
    form_class = NomForm
    success_message = "Votre nom est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"prenom": self.actor.prenom, "nom": self.actor.nom}}

    def perform(self, form: NomForm) -> str:
        rename(actor=self.actor, **form.cleaned_data)
        return reverse("accounts:compte")


class MotDePasse(CompteAct):
    """Change one's password."""

    title = "Changer de mot de passe"
    intro = "Vos sessions sur d’autres appareils seront fermées."
    form_class = ChangementForm
    submit_label = "Changer de mot de passe"
    success_message = "Votre mot de passe a changé. Vos autres sessions sont fermées."

    def perform(self, form: ChangementForm) -> str:
        data = form.cleaned_data
        change_password(request=self.request, actor=self.actor, ancien=data["ancien"], nouveau=data["nouveau"])
        return reverse("accounts:compte")


class DelierProConnect(CompteAct):
    """Close one's account to ProConnect."""

    title = "Ne plus entrer par ProConnect"
    intro = "Vous entrerez avec votre adresse électronique et votre mot de passe."
    submit_label = "Ne plus entrer par ProConnect"
    success_message = "Votre compte n’est plus lié à ProConnect."

    def perform(self, form: Any) -> str:
        unlink(actor=self.actor)
        return reverse("accounts:compte")


@method_decorator(never_cache, name="dispatch")
class Oubli(ActScreen):
    """Ask for a link when the password is forgotten."""

    public = True
    title = "Mot de passe oublié"
    intro = "Un lien pour en choisir un autre vous sera envoyé par courriel."
    parents = (("Se connecter", "accounts:login"),)
    form_class = OubliForm
    submit_label = "Recevoir le lien"

    def perform(self, form: OubliForm) -> str:
        ask_reset(request=self.request, **form.cleaned_data)
        return reverse("accounts:lien_envoye")


class LienEnvoye(Screen):
    """The same answer for everybody: nobody learns here who has an account."""

    public = True
    title = "Consultez votre messagerie"
    parents = (("Se connecter", "accounts:login"),)
    template_name = "accounts/lien_envoye.html"

    def get_context(self) -> dict[str, Any]:
        return {"minutes": settings.PASSWORD_RESET_TIMEOUT // 60}


@method_decorator((never_cache, sensitive_post_parameters()), name="dispatch")
class NouveauMotDePasse(ActScreen):
    """Choose a password by the link received."""

    public = True
    title = "Choisir un nouveau mot de passe"
    parents = (("Se connecter", "accounts:login"),)
    form_class = NouveauForm
    submit_label = "Enregistrer ce mot de passe"
    success_message = "Votre nouveau mot de passe est enregistré\u202f: connectez-vous."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if find_by_link(**self.kwargs) is None:
            return HttpResponseRedirect(reverse("accounts:lien_perime"))
        return super().get(request, *args, **kwargs)

    def perform(self, form: NouveauForm) -> str:
        reset_password(request=self.request, **self.kwargs, password=form.cleaned_data["nouveau"])
        return reverse("accounts:login")


class LienPerime(Screen):
    """What a link that has served or expired leads to."""

    public = True
    title = "Ce lien ne vaut plus"
    parents = (("Se connecter", "accounts:login"),)
    template_name = "accounts/lien_perime.html"

    def get_context(self) -> dict[str, Any]:
        return {"minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
