"""What whoever holds a paper or a link opens, without an account: the check of an attestation, a shared profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from maillage.domains.parcours.queries.valorisation import describe_profil, find_attestation, read_profil
from maillage.domains.parcours.services.valorisation import count_opening
from maillage.foundations.kernel import limits
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import Export, ExportScreen, Screen
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import jour

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.domains.parcours.models import ProfilPartage

PROFIL_PDF = Path(__file__).parents[1] / "documents/profil.typ"
ENTETES = ("Compétence", "Référence", "Niveau", "Comment c’est su")


@method_decorator(never_cache, name="dispatch")
class Verifier(Screen):
    """Say whether a code is that of an attestation: who delivered it and when, nothing of the person."""

    public = True
    limit = limits.RECHERCHE
    title = "Vérifier une attestation de compétences"
    intro = "Tapez le code imprimé au bas de l’attestation."
    template_name = "parcours/competences/verifier.html"

    def get_context(self) -> dict[str, Any]:
        asked = self.request.GET.get("code", "")
        return {"asked": asked, "attestation": find_attestation(asked)}


@method_decorator(never_cache, name="dispatch")
class OfProfil(Screen):
    """A page of a shared profile, kept by no search engine; one that is closed says so, and nothing else."""

    public = True
    template_name = "parcours/competences/profil.html"
    profil: ProfilPartage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.profil = read_profil(kwargs["lien"], timezone.localdate())
        except Refused as refused:
            [reason] = refused.refusals
            status = 404 if reason.code == "lien_altere" else 410
            response: HttpResponseBase = self.render(status, ferme=reason.message)
        else:
            response = super().dispatch(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response


class Profil(OfProfil):
    """What a person shows of what they can do."""

    title = "Profil de compétences"
    limit = limits.RECHERCHE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Count the openings of those to whom the link was given: not those of the SIAE, which signed in."""
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200 and not request.user.is_authenticated:
            count_opening(profil=self.profil, on=timezone.localdate())
        return response

    def get_context(self) -> dict[str, Any]:
        if not hasattr(self, "profil"):
            return {}
        return {
            **describe_profil(self.profil, timezone.localdate()),
            "entetes": ENTETES,
            "lien": self.kwargs["lien"],
        }


class ProfilPdf(OfProfil, ExportScreen):
    """The same, to print."""

    title = "Profil de compétences"

    def get_context(self) -> dict[str, Any]:
        return {}

    def build(self) -> Export:
        on = timezone.localdate()
        found = describe_profil(self.profil, on)
        data = {
            **found,
            "contacts": [list(each) for each in found["contacts"]],
            "jusqu_au": jour(found["jusqu_au"]),
            "competences": Sheet("Compétences", ENTETES, found["competences"]) if found["competences"] else None,
            "jour": jour(on),
        }
        return Export("profil-de-competences.pdf", "application/pdf", to_pdf(PROFIL_PDF, data, on=on))
