"""Sign an immersion: on the spot, by a personal link; the document that tells who signed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.domains.entreprises.enums.immersion import Document, RoleSignataire
from maillage.domains.entreprises.forms.immersions import (
    SignatureForm,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.immersions import (
    describe_bilan,
    describe_convention,
    list_signatures,
    print_of,
    read_link,
)
from maillage.domains.entreprises.services.immersions import (
    sign_by_link,
    sign_on_spot,
)
from maillage.domains.entreprises.views.immersions import OfImmersion
from maillage.foundations.kernel import limits
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import ActScreen, ExportScreen
from maillage.foundations.kernel.screens.export import Export
from maillage.foundations.kernel.templatetags.ui import jour, moment

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.domains.entreprises.models import Signature

CONVENTION_PDF = Path(__file__).parents[1] / "documents/immersion.typ"


class SignerSurPlace(OfImmersion, ActScreen):
    """Take a signature on the spot."""

    permission = Permission.PRESCRIBE
    title = "Signer sur place"
    intro = "La personne lit le document sur votre écran et signe devant vous\u202f: votre nom reste avec la preuve."
    template_name = "entreprises/immersions/acte.html"
    form_class = SignatureForm
    submit_label = "Signer"
    success_message = "La signature est enregistrée."

    @cached_property
    def signature(self) -> Signature:
        """The signature of the address, if this account may take it."""
        lignes = [
            ligne
            for document in Document
            for ligne in list_signatures(self.immersion, document, self.actor)
            if ligne.sur_place and str(ligne.signature.public_id) == str(self.kwargs["signature"])
        ]
        if not lignes:
            raise Http404("Cette signature est donnée, ou n’est pas à prendre ici.")
        return lignes[0].signature

    def check(self) -> None:
        assert self.signature

    def get_form_kwargs(self) -> dict[str, Any]:
        named = self.signature.role != RoleSignataire.EMPLOYEUR
        return {"initial": {"nom": self.signature.nom if named else str(self.actor)}}

    def get_context(self) -> dict[str, Any]:
        bilan = self.signature.document == Document.BILAN
        return {
            "convention": describe_bilan(self.immersion) if bilan else describe_convention(self.immersion),
            "role": self.signature.get_role_display(),
        }

    def perform(self, form: SignatureForm) -> str:
        sign_on_spot(signature=self.signature, nom=form.cleaned_data["nom"], actor=self.actor)
        return self.page_url


class ConventionPdf(OfImmersion, ExportScreen):
    """The convention, its signatures and its assessment, as an accessible PDF."""

    permission = Permission.VIEW_IMMERSIONS

    def build(self) -> Export:
        immersion = self.immersion
        if immersion.reprise:
            raise Http404("La convention de cette immersion a été signée ailleurs.")
        rows = [
            [
                ligne.role,
                str(ligne.signature.get_document_display()),
                ligne.signature.nom,
                moment(ligne.signature.signee_le) if ligne.signature.signee_le else "attendue",
                str(ligne.signature.get_mode_display() or "—"),
                ligne.signature.empreinte[:16] or "—",
            ]
            for document in Document
            for ligne in list_signatures(immersion, document, self.actor)
        ]
        data = {
            "sous_titre": f"{self.personne}, chez {immersion.employeur.denomination}",
            "jour": jour(timezone.localdate()),
            "etat": str(immersion.get_etat_display()),
            "convention": [list(line) for line in describe_convention(immersion)],
            "bilan": [list(line) for line in describe_bilan(immersion)] if hasattr(immersion, "bilan") else [],
            "signatures": rows,
            "empreinte": print_of(immersion, Document.CONVENTION),
        }
        content = to_pdf(CONVENTION_PDF, data, on=timezone.localdate())
        return Export(f"immersion-{immersion.debut:%Y-%m-%d}.pdf", "application/pdf", content)


@method_decorator((never_cache, sensitive_post_parameters()), name="dispatch")
class Signer(ActScreen):
    """The page of a personal link, for whoever holds it, on a phone: read, write one's name, sign.

    A link that opens nothing says why and what to do, and nothing of the convention.
    """

    public = True
    title = "Signer une immersion en entreprise"
    template_name = "entreprises/immersions/signer.html"
    form_class = SignatureForm
    submit_label = "Signer"
    limit = limits.RECHERCHE
    signature: Signature

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.signature = read_link(kwargs["lien"])
        except Refused as refused:
            [reason] = refused.refusals
            status = {"lien_altere": 404, "deja_signee": 200}.get(reason.code, 410)
            return self.render(status, ferme=reason.message, signee=reason.code == "deja_signee")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"nom": self.signature.nom}}

    def get_context(self) -> dict[str, Any]:
        if not hasattr(self, "signature"):
            return {}
        immersion = self.signature.immersion
        bilan = self.signature.document == Document.BILAN
        return {
            "lignes": describe_bilan(immersion) if bilan else describe_convention(immersion),
            "immersion": immersion,
            "role": self.signature.get_role_display(),
            "document": self.signature.get_document_display(),
        }

    def perform(self, form: SignatureForm) -> str:
        sign_by_link(lien=self.kwargs["lien"], nom=form.cleaned_data["nom"])
        return self.request.path
