"""How a need observed is written, and how the list of them is narrowed."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst

from maillage.domains.diagnostics.enums import Gravite
from maillage.domains.diagnostics.queries.competences import name_territoire
from maillage.domains.diagnostics.queries.fiche import list_departements
from maillage.domains.diagnostics.queries.notes import list_themes
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.diagnostics.rules import FicheNote, find_designations
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.diagnostics.models import NoteBesoin
    from maillage.references.territoires.models import Territoire


class NoteForm(forms.Form):
    """A need observed on one of the territories that the organisation answers for."""

    territoire = forms.ChoiceField(
        label="Territoire",
        help_text="Ceux dont votre organisation répond, et les EPT et EPCI à cheval sur son département.",
    )
    annee = forms.IntegerField(label="Année du constat", min_value=2018, max_value=2100)
    theme = forms.ChoiceField(label="Thème")
    public = forms.ChoiceField(label="Public concerné", required=False)
    gravite = forms.TypedChoiceField(
        label="Gravité",
        coerce=int,
        choices=[("", "Choisir"), *Gravite.choices],
        help_text="À quel point ce besoin empêche d’aller vers l’emploi.",
    )
    texte = forms.CharField(
        label="Constat",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=3000,
        help_text="Ce qui est observé, et comment. N’écrivez aucun nom ni rien qui désigne une personne.",
    )
    reponse = forms.CharField(
        label="Réponses existantes ou attendues",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=3000,
        required=False,
    )
    confirme = forms.BooleanField(label="Ce texte ne désigne aucune personne, je le confirme")

    def __init__(self, *args: Any, territoires: Sequence[Territoire], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (
                capfirst(Niveau(niveau).label),
                [(f"{each.niveau} {each.code}", name_territoire(each)) for each in rows],
            )
            for niveau, rows in groupby(territoires, key=lambda each: each.niveau)
        ]
        publics = [(code, public.libelle) for code, public in list_publics().items()]
        choices: dict[str, Sequence[Any]] = {
            "territoire": [("", "Choisir"), *groups],
            "theme": [("", "Choisir"), *((code, theme.libelle) for code, theme in list_themes().items())],
            "public": [("", "tous les publics"), *publics],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        self.fields["annee"].initial = on.year
        # Asked only when the words, once written, seem to name somebody.
        words = "\n".join(self.data.get(self.add_prefix(name), "") for name in ("texte", "reponse"))
        if found := find_designations(words):
            told = "\u202f», «\u202f".join(found)
            self.fields["confirme"].error_messages["required"] = (
                f"Ces mots semblent désigner quelqu’un\u202f: «\u202f{told}\u202f». Retirez-les, ou confirmez "
                "qu’ils ne désignent aucune personne accompagnée."
            )
        else:
            del self.fields["confirme"]

    def get_fiche(self) -> FicheNote:
        """Return what is written, for the service."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "confirme"}
        niveau, _, code = values.pop("territoire").partition(" ")
        return FicheNote(niveau=niveau, code=code, **values)


def describe(note: NoteBesoin) -> dict[str, Any]:
    """Return a note as its form shows it."""
    names = ("annee", "theme", "public", "gravite", "texte", "reponse")
    return {"territoire": f"{note.niveau} {note.code}", **{name: getattr(note, name) for name in names}}


class FinNoteForm(forms.Form):
    """Why a need observed is no longer one."""

    motif = forms.CharField(label="Motif", max_length=300, help_text="Exemple\u202f: une navette a ouvert en mars.")


class NoteFilter(FilterForm):
    """By theme, gravity, département, year; the ended ones are left out unless they are asked for."""

    theme = forms.ChoiceField(label="Thème")
    gravite = forms.TypedChoiceField(label="Gravité", coerce=int, choices=[("", "toutes"), *Gravite.choices])
    departement = forms.ChoiceField(label="Département")
    annee = forms.IntegerField(label="Année", min_value=2018, max_value=2100)
    closes = forms.BooleanField(label="Montrer aussi les constats clos")

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = [(code, theme.libelle) for code, theme in list_themes().items()]
        named = [(code, f"{code} · {nom}") for code, nom in list_departements(region)]
        self.fields["theme"].choices = [("", "tous les thèmes"), *themes]  # type: ignore[attr-defined]
        self.fields["departement"].choices = [("", "tous les départements"), *named]  # type: ignore[attr-defined]

    def apply(self, rows: QuerySet[NoteBesoin]) -> QuerySet[NoteBesoin]:
        values = self.values
        rows = rows if values.pop("closes", False) else rows.filter(close_le=None)
        return rows.filter(**values)
