"""The way to ProConnect and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens.base import Screen
from maillage.references.accounts.services import oidc
from maillage.references.accounts.services.proconnect import SUITE, arrive
from maillage.references.accounts.views.base import Entree
from maillage.references.accounts.views.session import DEPART

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# Why one did not get in, and what to do about it.
REFUS = {
    "echec": (
        "ProConnect n’a pas pu vous identifier",
        "La réponse reçue n’était pas valable, ou elle est arrivée trop tard. Recommencez depuis la page de connexion.",
    ),
    "abandon": (
        "Vous n’êtes pas connecté",
        "L’identification par ProConnect a été interrompue. Vous pouvez recommencer quand vous voulez.",
    ),
    "indisponible": (
        "ProConnect ne répond pas",
        "Réessayez dans quelques minutes, ou entrez avec votre adresse électronique et votre mot de passe.",
    ),
    "inconnu": (
        "Vous n’avez pas encore de compte",
        "ProConnect vous connaît, mais personne n’a de compte ici à votre adresse professionnelle. Un compte s’ouvre "
        "sur invitation\u202f: demandez-la à la personne qui administre votre organisation.",
    ),
    "invite": (
        "Une invitation vous attend",
        "Ouvrez d’abord le lien reçu par courriel à votre adresse professionnelle\u202f: il crée votre compte. "
        "Vous pourrez ensuite entrer par ProConnect. Courriel perdu\u202f? Demandez-en un autre à qui vous a invité.",
    ),
    "ferme": (
        "Votre compte est fermé",
        "Un compte fermé ne s’ouvre plus. Demandez à l’exploitant de la plateforme pourquoi il l’est, et que faire.",
    ),
    "deja_connecte": (
        "Vous êtes déjà connecté sous un autre compte",
        "Déconnectez-vous, puis entrez par ProConnect.",
    ),
}


@method_decorator(never_cache, name="dispatch")
class Passage(Entree):
    """A page that speaks with ProConnect: out of the read-only transaction of the screens.

    The answer may be slow, and the provider sends people back by GET, which then opens a session.
    """

    public = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not oidc.configured():
            raise Http404
        return View.dispatch(self, request, *args, **kwargs)

    def explain(self, refused: Refused) -> HttpResponseRedirect:
        """Lead to the page that says why, or to the password that links the account."""
        motif = refused.refusals[0].code
        if motif == "a_lier":
            return HttpResponseRedirect(self.onward("accounts:login"))
        return HttpResponseRedirect(reverse("accounts:proconnect_refus", args=[motif]))


class Aller(Passage):
    """Lead to ProConnect. A link and not a form: browsers hold `form-action` along the redirections that follow."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.land())
        request.session[SUITE] = request.GET.get("next", "")
        try:
            back = request.build_absolute_uri(reverse("accounts:proconnect_retour"))
            return oidc.depart(request=request, redirect_uri=back)
        except Refused as refused:
            return self.explain(refused)


class Retour(Passage):
    """Come back from ProConnect."""

    suite = ""

    def get_asked(self) -> str:
        return self.suite

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.suite = request.session.pop(SUITE, "")
        try:
            inside = arrive(request=request)
        except Refused as refused:
            return self.explain(refused)
        return HttpResponseRedirect(self.land() if inside else self.onward("accounts:code"))


class Refus(Screen):
    """Why ProConnect did not open the platform."""

    public = True
    parents = (("Se connecter", "accounts:login"),)
    template_name = "accounts/proconnect_refus.html"

    def get_title(self) -> str:
        if self.kwargs["motif"] not in REFUS:
            raise Http404
        return REFUS[self.kwargs["motif"]][0]

    def get_context(self) -> dict[str, Any]:
        return {"texte": REFUS[self.kwargs["motif"]][1]}


@method_decorator(never_cache, name="dispatch")
class Depart(Screen):
    """Say that one is signed out here, and lead where ProConnect closes its own session."""

    public = True
    title = "Vous êtes déconnecté de Maillage"
    template_name = "accounts/proconnect_depart.html"

    def get_context(self) -> dict[str, Any]:
        return {"url": self.request.session.pop(DEPART, "")}
