"""The needs that the partners observe: list, write, correct, end."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.diagnostics.forms.notes import FinNoteForm, NoteFilter, NoteForm, describe
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.competences import list_competents
from maillage.domains.diagnostics.queries.notes import list_notes, list_themes
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.diagnostics.services.notes import create_note, end_note, update_note
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.domains.diagnostics.models import NoteBesoin

LISTE = ("Besoins constatés", "diagnostics:notes")
PORTEE = "les constats de son organisation"


def _theme(note: NoteBesoin) -> str:
    theme = list_themes().get(note.theme)
    return theme.libelle if theme else note.theme


def _public(note: NoteBesoin) -> str:
    public = list_publics().get(note.public)
    return public.libelle if public else note.public or "tous les publics"


def _lieu(note: Any) -> str:
    return f"{note.nom or note.code} ({note.get_niveau_display()})"


def note_url(note: NoteBesoin) -> str:
    """Return the page of a note."""
    return reverse("diagnostics:note", args=[note.public_id])


class Notes(ListScreen):
    """Every need observed, the most serious first."""

    permission = Permission.VIEW_NOTES
    title = "Besoins constatés"
    intro = "Ce que les partenaires observent et que les chiffres ne disent pas, territoire par territoire."
    parents = (("Couverture de la région", "diagnostics:carte"),)
    template_name = "diagnostics/notes.html"
    columns = (
        Column("theme", "Thème", _theme, sort="theme", link=note_url),
        Column("territoire", "Territoire", _lieu),
        Column("annee", "Année", lambda note: str(note.annee), sort="annee"),
        Column("gravite", "Gravité", "get_gravite_display", sort="gravite"),
        Column("public", "Public concerné", _public),
        Column("texte", "Constat", "texte"),
        Column("organisation", "Constaté par", "organisation", sort="organisation__nom_recherche"),
        Column("etat", "État", lambda note: f"clos le {note.close_le:%d/%m/%Y}" if note.close_le else "en cours"),
    )
    export_name = "besoins-constates"
    noun = ("constat", "constats")
    empty_title = "Aucun besoin n’est constaté"
    empty_text = (
        "Les départements, les services de l’État, France Travail, les collectivités et les réseaux écrivent ici ce "
        "qu’ils observent sur leur territoire."
    )

    @cached_property
    def form(self) -> NoteFilter:
        """The filters, bound to the address."""
        return NoteFilter(self.request.GET, region=settings.MAILLAGE_REGION)

    def get_queryset(self) -> QuerySet[NoteBesoin]:
        return list_notes()

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "may_note": bool(granted(self.request.user, Permission.NOTE))}


class Note(DetailScreen):
    """One need observed, in full."""

    permission = Permission.VIEW_NOTES
    portee = "tous les constats"
    template_name = "diagnostics/note.html"
    parents = (("Couverture de la région", "diagnostics:carte"), LISTE)
    object: NoteBesoin

    def get_object(self) -> NoteBesoin:
        return get_object_or_404(list_notes(), public_id=self.kwargs["public_id"])

    def get_title(self) -> str:
        theme = _theme(self.object)
        return f"{theme[:1].upper()}{theme[1:]}\u202f: {self.object.nom or self.object.code}"  # type: ignore[attr-defined]

    def get_context(self) -> dict[str, Any]:
        note, user = self.object, self.request.user
        membre = user.membre if isinstance(user, User) else None
        own = membre is not None and membre.organisation_id == note.organisation_id
        return {
            **super().get_context(),
            "public": _public(note),
            "lieu": _lieu(note),
            "sheet_url": reverse("diagnostics:profil", args=[note.niveau, note.code]),
            "may_edit": own and note.close_le is None and bool(granted(user, Permission.NOTE)),
        }


class NoteAct(ActScreen):
    """An act on the notes of the organisation of who acts."""

    permission = Permission.NOTE
    portee = PORTEE
    parents = (("Couverture de la région", "diagnostics:carte"), LISTE)

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept the others out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @cached_property
    def note(self) -> NoteBesoin:
        """The note of the address; that of another organisation, or an ended one, is not found."""
        membre = self.actor.membre
        note = get_object_or_404(list_notes(), public_id=self.kwargs["public_id"])
        if membre is None or note.organisation_id != membre.organisation_id or note.close_le:
            raise Http404("Ce constat n’est pas de ceux que votre organisation peut changer.")
        return note

    def get_form_kwargs(self) -> dict[str, Any]:
        membre = self.actor.membre
        territoires = list_competents(membre.organisation) if membre else []
        return {"territoires": territoires, "on": timezone.localdate()}


class Constater(NoteAct):
    title = "Constater un besoin"
    intro = (
        "Au nom de votre organisation, sur un territoire dont elle répond. Toute personne connectée pourra le lire et "
        "le reprendre dans un diagnostic."
    )
    form_class = NoteForm
    success_message = "Le constat est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = f"{self.request.GET.get('niveau', '')} {self.request.GET.get('code', '')}"
        return {**super().get_form_kwargs(), "initial": {"territoire": asked}}

    def perform(self, form: NoteForm) -> str:
        return note_url(create_note(fiche=form.get_fiche(), actor=self.actor, on=timezone.localdate()))


class Corriger(NoteAct):
    title = "Corriger un constat"
    form_class = NoteForm
    success_message = "Le constat est corrigé."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "initial": describe(self.note)}

    def perform(self, form: NoteForm) -> str:
        on = timezone.localdate()
        return note_url(update_note(note=self.note, fiche=form.get_fiche(), actor=self.actor, on=on))


class Clore(NoteAct):
    title = "Clore un constat"
    intro = "Il reste lisible, avec son motif, pour les diagnostics qui le citent."
    form_class = FinNoteForm
    submit_label = "Clore le constat"
    success_message = "Le constat est clos."

    def get_form_kwargs(self) -> dict[str, Any]:
        assert self.note  # found before anything is asked
        return {}

    def perform(self, form: FinNoteForm) -> str:
        note = end_note(note=self.note, motif=form.cleaned_data["motif"], actor=self.actor, on=timezone.localdate())
        return note_url(note)
