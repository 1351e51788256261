"""A section at work: its text and its versions, two texts to put together, positions, remarks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse

from maillage.domains.diagnostics.enums import RoleCoAuteur
from maillage.domains.diagnostics.forms.partage import CommentaireForm, PositionForm, TexteForm
from maillage.domains.diagnostics.queries.partage import (
    list_a_reunir,
    list_co_auteurs,
    list_remarques,
    list_revisions,
    list_sections,
)
from maillage.domains.diagnostics.queries.partage_document import build_document
from maillage.domains.diagnostics.services.partage_textes import (
    comment,
    restore_revision,
    settle_comment,
    take_position,
    write_section,
)
from maillage.domains.diagnostics.views.partage_base import OfPartage, PartageAct, RedacteurAct
from maillage.foundations.kernel.screens import DetailScreen
from maillage.foundations.kernel.texts import diff_words, merge

if TYPE_CHECKING:
    from maillage.domains.diagnostics.models import Commentaire, Position, Revision, Section
    from maillage.foundations.kernel.texts import Fusion

REVISIONS_SHOWN = 40


class PartageSection(OfPartage, DetailScreen):
    """One section: what it says, its figures, what the partners think of it, their remarks."""

    template_name = "diagnostics/partage/section.html"

    def get_object(self) -> Section:
        found = next((each for each in list_sections(self.diagnostic) if each.pk == self.section.pk), None)
        assert found is not None  # the section of the address is one of them
        return found

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:-1]

    def get_intro(self) -> str:
        return str(self.object.aide)

    def get_context(self) -> dict[str, Any]:
        section = self.object
        document = build_document(self.diagnostic, [section], list_co_auteurs(self.diagnostic))
        membre = self.request.user.membre  # type: ignore[union-attr]  # whoever reads a section is signed in
        mine = membre.organisation_id if membre else None
        sections = list(self.diagnostic.sections.order_by("ordre").values_list("code", "titre"))
        rank = [code for code, _ in sections].index(section.code)
        return {
            **super().get_context(),
            "diagnostic": self.diagnostic,
            "droits": self.droits,
            "section": section,
            "lue": document.sections[0],
            "remarques": list_remarques(section),
            "a_reunir": list_a_reunir([section]),
            "derniere": section.revisions.filter(numero=section.version).select_related("auteur").first(),
            "ma_position": next((each for each in section.positions.all() if each.organisation_id == mine), None),
            "form": CommentaireForm() if self.droits.commenter else None,
            "precedente": sections[rank - 1] if rank else None,
            "suivante": sections[rank + 1] if rank + 1 < len(sections) else None,
        }


class PartageEcrire(RedacteurAct):
    """Write the text of a section, from the version shown."""

    title = "Écrire"
    form_class = TexteForm
    submit_label = "Enregistrer le texte"
    template_name = "diagnostics/partage/ecrire.html"

    def get_title(self) -> str:
        return f"Écrire\u202f: {self.section.titre}"

    def get_intro(self) -> str:
        return self.section.aide

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"texte": self.section.texte, "depuis": self.section.version}}

    def perform(self, form: TexteForm) -> str:
        return self.save(form, None)

    def save(self, form: TexteForm, reunit: Revision | None) -> str:
        """Write, and say what became of it; lead to where both texts are put together when another came first."""
        revision = write_section(section=self.section, **form.cleaned_data, reunit=reunit, **self.author)
        if revision is None:
            messages.info(self.request, "Le texte n’a pas changé.")
            return self.section_url
        if revision.retenue:
            messages.success(self.request, "Le texte est enregistré.")
            return self.section_url
        args = [self.diagnostic.public_id, self.section.code, revision.numero]
        return reverse("diagnostics:partage_reunir", args=args)


class PartageReunir(PartageEcrire):
    """Two texts written at the same time: both are shown, a person puts them together."""

    submit_label = "Enregistrer le texte réuni"
    template_name = "diagnostics/partage/reunir.html"

    def get_title(self) -> str:
        return f"Réunir deux textes\u202f: {self.section.titre}"

    def get_intro(self) -> str:
        return "Deux organisations ont écrit cette section en même temps. Rien n’est perdu\u202f: voici les deux."

    @cached_property
    def revision(self) -> Revision:
        """The version left aside."""
        found = self.section.revisions.filter(numero=self.kwargs["numero"], retenue=False).first()
        if found is None:
            raise Http404("Ce texte n’est pas à réunir.")
        return found

    @cached_property
    def current(self) -> Revision | None:
        """The version that is the text of the section now."""
        return self.section.revisions.filter(numero=self.section.version).first()

    @cached_property
    def base(self) -> str:
        """The text that both started from."""
        found = self.section.revisions.filter(numero=self.revision.depuis).first()
        return found.texte if found else ""

    @cached_property
    def fusion(self) -> Fusion:
        """Both texts, put together as far as a machine may."""
        autre = f"texte\u202f: {self.current.organisation_nom}" if self.current else "l’autre texte"
        mine = f"texte\u202f: {self.revision.organisation_nom}"
        return merge(self.base, self.revision.texte, self.section.texte, moi=mine, autre=autre)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"texte": self.fusion.texte, "depuis": self.section.version}}

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "revision": self.revision,
            "courante": self.current,
            "fusion": self.fusion,
            "le_mien": diff_words(self.base, self.revision.texte),
            "l_autre": diff_words(self.base, self.section.texte),
            "reunie": self.revision.reunions.first(),
        }

    def perform(self, form: TexteForm) -> str:
        return self.save(form, self.revision)


class PartageVersions(OfPartage):
    """Every version of the text of a section: who, when, what changed."""

    template_name = "diagnostics/partage/versions.html"

    def get_title(self) -> str:
        return f"Versions du texte\u202f: {self.section.titre}"

    def get_context(self) -> dict[str, Any]:
        shown = list(list_revisions(self.section)[:REVISIONS_SHOWN])
        texts = {each.numero: each.texte for each in shown}
        missing = {each.depuis for each in shown} - set(texts)
        texts |= dict(self.section.revisions.filter(numero__in=missing).values_list("numero", "texte"))
        versions = [(each, diff_words(texts.get(each.depuis, ""), each.texte)) for each in shown]
        return {**super().get_context(), "versions": versions}


class PartageRetablir(RedacteurAct):
    """Make an earlier version the text again."""

    title = "Rétablir une version"
    intro = "Le texte d’aujourd’hui reste dans l’historique."
    submit_label = "Rétablir ce texte"
    success_message = "La version est rétablie."
    template_name = "diagnostics/partage/retablir.html"

    @cached_property
    def revision(self) -> Revision:
        """The version of the address."""
        found = self.section.revisions.filter(numero=self.kwargs["numero"]).first()
        if found is None:
            raise Http404("Cette version n’existe pas.")
        return found

    def get_title(self) -> str:
        return f"Rétablir la version {self.kwargs['numero']}"

    def get_context(self) -> dict[str, Any]:
        passages = diff_words(self.section.texte, self.revision.texte)
        return {**super().get_context(), "revision": self.revision, "passages": passages}

    def perform(self, form: Any) -> str:
        restore_revision(revision=self.revision, **self.author)
        return self.section_url


class PartagePosition(PartageAct):
    """Agree or not with a section, in the name of one's organisation."""

    roles = tuple(RoleCoAuteur)
    form_class = PositionForm
    submit_label = "Enregistrer la position"
    success_message = "La position de votre organisation est enregistrée."

    def get_title(self) -> str:
        return f"Se prononcer\u202f: {self.section.titre}"

    def get_intro(self) -> str:
        return f"Au nom de {self.organisation}. Elle peut changer tant que le diagnostic n’est pas validé."

    @cached_property
    def position(self) -> Position | None:
        """What the organisation has said so far."""
        return self.section.positions.filter(organisation=self.organisation).first()

    def get_form_kwargs(self) -> dict[str, Any]:
        position = self.position
        return {"initial": {"sens": position.sens, "texte": position.texte}} if position else {}

    def perform(self, form: PositionForm) -> str:
        take_position(section=self.section, **form.cleaned_data, **self.author)
        return f"{self.section_url}#positions"


class PartageCommenter(PartageAct):
    """Make a remark on a section."""

    roles = tuple(RoleCoAuteur)
    form_class = CommentaireForm
    submit_label = "Publier la remarque"
    success_message = "La remarque est publiée, les co-auteurs sont prévenus."

    def get_title(self) -> str:
        return f"Commenter\u202f: {self.section.titre}"

    def perform(self, form: CommentaireForm) -> str:
        comment(section=self.section, **form.cleaned_data, **self.author)
        return f"{self.section_url}#remarques"


class OfRemarque(PartageAct):
    """An act on a remark."""

    roles = tuple(RoleCoAuteur)
    template_name = "diagnostics/partage/remarque.html"

    @cached_property
    def remarque(self) -> Commentaire:
        """The remark of the address."""
        found = self.section.commentaires.filter(pk=self.kwargs["pk"], parent=None).select_related("section").first()
        if found is None:
            raise Http404("Cette remarque n’existe pas.")
        found.section = self.section
        return found

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "remarque": self.remarque}


class PartageRepondre(OfRemarque):
    """Answer a remark."""

    title = "Répondre à une remarque"
    form_class = CommentaireForm
    submit_label = "Publier la réponse"
    success_message = "La réponse est publiée."

    def perform(self, form: CommentaireForm) -> str:
        comment(section=self.section, parent=self.remarque, **form.cleaned_data, **self.author)
        return f"{self.section_url}#remarques"


class PartageResoudre(OfRemarque):
    """Say that a remark is resolved, or open it again."""

    def get_title(self) -> str:
        return "Rouvrir la remarque" if self.remarque.resolu_le else "Marquer la remarque comme résolue"

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return "Rouvrir" if self.remarque.resolu_le else "Marquer comme résolue"

    def perform(self, form: Any) -> str:
        settle_comment(commentaire=self.remarque, resolu=self.remarque.resolu_le is None, **self.author)
        return f"{self.section_url}#remarques"
