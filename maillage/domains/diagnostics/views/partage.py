"""The shared diagnostics: their list, one of them as a document and as files, two of them side by side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils.text import slugify

from maillage.domains.diagnostics.forms.partage import PartageFilter
from maillage.domains.diagnostics.models import DiagnosticPartage
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.partage import (
    Droits,
    contested,
    droits,
    get_diagnostic,
    list_a_reunir,
    list_absents,
    list_co_auteurs,
    list_diagnostics,
    list_sections,
    visible_to,
)
from maillage.domains.diagnostics.queries.partage_comparaison import compare_diagnostics, list_autres
from maillage.domains.diagnostics.queries.partage_document import build_document
from maillage.domains.diagnostics.queries.partage_fichiers import FORMATS
from maillage.domains.diagnostics.rules import TRANSITIONS_PARTAGE
from maillage.domains.diagnostics.views.partage_base import LISTE
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.permissions import ALLOWED, Decision, granted
from maillage.foundations.kernel.screens import Column, DetailScreen, Export, ExportScreen, ListScreen, Screen

if TYPE_CHECKING:
    from django.db.models import QuerySet

ACTS_SHOWN = 15


class Partages(ListScreen):
    """The published diagnostics, for everyone; whoever is signed in also sees those in progress open to them."""

    public = True
    title = "Diagnostics partagés"
    intro = (
        "Chaque année, l’État, le Département, France Travail et les réseaux de l’IAE dressent ensemble le portrait "
        "d’un territoire\u202f: publics, emplois, offre, manques, priorités."
    )
    parents = (("Couverture de la région", "diagnostics:carte"),)
    template_name = "diagnostics/partage/liste.html"
    filter_form = PartageFilter
    columns = (
        Column(
            "titre",
            "Diagnostic",
            "titre",
            sort="titre",
            link=lambda each: reverse("diagnostics:partage", args=[each.public_id]),
        ),
        Column("territoire", "Territoire", "territoire", sort="territoire"),
        Column("departement", "Département", "departement", sort="departement"),
        Column("periode", "Période", "periode", sort="annee_debut"),
        Column("pilote", "Pilote", "pilote", sort="pilote"),
        Column("etat", "État", "get_etat_display", sort="etat"),
        Column("publie", "Publié le", "publie_le", sort="publie_le"),
    )
    default_sort = "-periode"
    export_name = "diagnostics-partages"
    noun = ("diagnostic", "diagnostics")
    empty_title = "Aucun diagnostic partagé à lire"
    empty_text = (
        "Ils paraissent ici une fois publiés. Si votre organisation pilote celui d’un territoire, connectez-vous et "
        "ouvrez-le\u202f; en attendant, la carte dit où en est la couverture."
    )
    empty_url = reverse_lazy("diagnostics:carte")  # type: ignore[assignment]
    empty_label = "Voir la carte de la couverture"

    def get_queryset(self) -> QuerySet[DiagnosticPartage]:
        return list_diagnostics(self.request.user)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "may_open": bool(granted(self.request.user, Permission.OPEN_SHARED))}


class PublicPartage(Screen):
    """A screen about a diagnostic that is open to everyone once published, before that to whoever may read it.

    An address that is not open yet leads a visitor to the sign-in page: the link of a message goes on from there.
    """

    public = True

    def decide(self) -> Decision:
        if self.found is None and not self.request.user.is_authenticated and self.exists:
            return Decision(False, "Ce diagnostic n’est pas encore publié.")
        return ALLOWED

    @cached_property
    def found(self) -> DiagnosticPartage | None:
        """The diagnostic of the address, if this account may read it."""
        return get_diagnostic(self.request.user, self.kwargs["public_id"])

    @property
    def exists(self) -> bool:
        """Whether the address names a diagnostic."""
        return DiagnosticPartage.objects.filter(public_id=self.kwargs["public_id"]).exists()

    @property
    def diagnostic(self) -> DiagnosticPartage:
        """The diagnostic of the address; 404 when it is not open to this account."""
        if self.found is None:
            raise Http404("Ce diagnostic n’existe pas, ou ne vous est pas ouvert.")
        return self.found

    @cached_property
    def droits(self) -> Droits:
        """What this account may do in the diagnostic."""
        return droits(self.request.user, self.diagnostic)


class Partage(PublicPartage, DetailScreen):
    """The whole document: where it stands, who signs it, its sections. Its address never changes."""

    template_name = "diagnostics/partage/document.html"
    parents = (LISTE,)

    def get_object(self) -> DiagnosticPartage:
        return self.diagnostic

    def get_intro(self) -> str:
        return f"{self.diagnostic.territoire}, {self.diagnostic.periode}"

    def get_context(self) -> dict[str, Any]:
        diagnostic, user = self.diagnostic, self.request.user
        sections = list(list_sections(diagnostic))
        co_auteurs = list_co_auteurs(diagnostic)
        seen = visible_to(user)
        suivant = seen.filter(precedent=diagnostic).first()
        return {
            **super().get_context(),
            "diagnostic": diagnostic,
            "droits": self.droits,
            "document": build_document(diagnostic, sections, co_auteurs),
            "co_auteurs": co_auteurs,
            "absents": list_absents(co_auteurs) if self.droits.role else [],
            "contested": contested(sections),
            "a_relire": [section for section in sections if section.a_relire],
            "a_reunir": list_a_reunir(sections) if self.droits.role else [],
            "transitions": TRANSITIONS_PARTAGE.available(diagnostic.etat) if self.droits.piloter else (),
            "files": [
                (each.label, reverse("diagnostics:partage_fichier", args=[diagnostic.public_id, code]))
                for code, each in FORMATS.items()
            ],
            "autres": list_autres(user, diagnostic),
            "suivant": suivant,
            "may_begin_next": diagnostic.fige and suivant is None and self.may_begin_next(),
            "may_read": bool(granted(user, Permission.READ_SHARED)),
            "actes": audit.history(diagnostic)[:ACTS_SHOWN] if self.droits.role else [],
        }

    def may_begin_next(self) -> bool:
        """Tell whether this account may begin the diagnostic that follows."""
        return self.droits.role is not None and bool(granted(self.request.user, Permission.OPEN_SHARED))


class PartageFichier(PublicPartage, ExportScreen):
    """The document as a file."""

    def build(self) -> Export:
        extension = self.kwargs["extension"]
        if extension not in FORMATS:
            raise Http404("Ce format n’existe pas.")
        diagnostic, written = self.diagnostic, FORMATS[extension]
        document = build_document(
            diagnostic, list_sections(diagnostic, comments=False), list_co_auteurs(diagnostic), plain=True
        )
        name = slugify(f"diagnostic-partage-{diagnostic.territoire}-{diagnostic.periode}")
        return Export(f"{name}.{extension}", written.content_type, written.write(document))


class PartageComparer(PublicPartage):
    """Two diagnostics of a territory: what their texts and their figures changed."""

    template_name = "diagnostics/partage/comparer.html"

    def get_title(self) -> str:
        return f"Comparer avec {self.autre.periode}" if self.autre else "Comparer deux diagnostics"

    def get_intro(self) -> str:
        return f"{self.diagnostic.territoire}\u202f: ce qui change entre deux diagnostics, textes et chiffres."

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        sheet = reverse("diagnostics:partage", args=[self.diagnostic.public_id])
        return [(LISTE[0], reverse(LISTE[1])), (self.diagnostic.titre, sheet)]

    @cached_property
    def autres(self) -> list[DiagnosticPartage]:
        """The other diagnostics of the territory that this account may read, the nearest before first."""
        return list_autres(self.request.user, self.diagnostic)

    @cached_property
    def autre(self) -> DiagnosticPartage | None:
        """The one compared with: that of the address, else the one before."""
        asked = self.request.GET.get("avec", "")
        return next((each for each in self.autres if str(each.public_id) == asked), next(iter(self.autres), None))

    def get_context(self) -> dict[str, Any]:
        if self.autre is None:
            return {"diagnostic": self.diagnostic, "autres": self.autres}
        avant, apres = sorted((self.autre, self.diagnostic), key=lambda each: (each.annee_debut, each.annee_fin))
        return {
            "diagnostic": self.diagnostic,
            "autres": self.autres,
            "autre": self.autre,
            "avant": avant,
            "apres": apres,
            "sections": compare_diagnostics(avant, apres),
        }
