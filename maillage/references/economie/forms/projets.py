"""What is typed of a great project: one form, lists written one item per line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.accounts.rules import check_siret
from maillage.references.economie import rules
from maillage.references.economie.enums import Programme
from maillage.references.economie.rules import FicheProjet

if TYPE_CHECKING:
    from collections.abc import Callable

_LINES = forms.Textarea(attrs={"rows": 4})


class ProjetForm(forms.Form):
    """The whole sheet."""

    nom = forms.CharField(label="Nom", max_length=200)
    programme = forms.ChoiceField(label="Programme", choices=[("", "à choisir"), *Programme.choices])
    description = forms.CharField(label="Description", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    debut = forms.DateField(label="Début", required=False, widget=DateInput())
    fin = forms.DateField(label="Fin", required=False, widget=DateInput(), help_text="Le premier jour d’après.")
    lieux = forms.CharField(
        label="Lieux",
        required=False,
        widget=_LINES,
        help_text=(
            "Un par ligne\u202f: code Insee de la commune\u202f; nom\u202f; longitude\u202f; latitude. "
            "Le code suffit\u202f: 93066."
        ),
    )
    phases = forms.CharField(
        label="Calendrier",
        required=False,
        widget=_LINES,
        help_text="Une phase par ligne : nom ; premier jour ; premier jour d’après (Études ; 01/01/2026 ; 01/07/2027).",
    )
    metiers = forms.CharField(
        label="Métiers recherchés",
        required=False,
        widget=_LINES,
        help_text="Un par ligne : code FAP, puis le nombre de postes s’il est connu. B1X31 : 120.",
    )
    heures_prevues = forms.IntegerField(
        label="Heures d’insertion prévues", required=False, min_value=0, max_value=2_000_000_000
    )
    heures_realisees = forms.IntegerField(
        label="Heures d’insertion réalisées",
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        help_text="À la date du dernier compte ; vide si personne ne le sait.",
    )
    acheteurs = forms.CharField(
        label="Acheteurs", required=False, widget=_LINES, help_text="Un SIRET d’organisation par ligne."
    )
    source = forms.CharField(label="Source", max_length=200, help_text="Qui a donné ces informations, et quand.")

    def clean_lieux(self) -> Any:
        return _read(rules.read_lieux, self.cleaned_data["lieux"])

    def clean_phases(self) -> Any:
        return _read(rules.read_phases, self.cleaned_data["phases"])

    def clean_metiers(self) -> Any:
        return _read(rules.read_metiers, self.cleaned_data["metiers"])

    def clean_acheteurs(self) -> Any:
        return _read(lambda text: tuple(check_siret(line) for line in text.split()), self.cleaned_data["acheteurs"])

    @property
    def fiche(self) -> FicheProjet:
        """The sheet as it was typed."""
        return FicheProjet(**self.cleaned_data)


class MotifForm(forms.Form):
    """Why a project ends, stops or starts again."""

    motif = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def describe(fiche: FicheProjet) -> dict[str, Any]:
    """Return what the form shows of a sheet before anything is typed."""
    return {
        **{name: getattr(fiche, name) for name in ("nom", "programme", "description", "debut", "fin", "source")},
        "heures_prevues": fiche.heures_prevues,
        "heures_realisees": fiche.heures_realisees,
        "lieux": rules.write_lieux(fiche.lieux),
        "phases": rules.write_phases(fiche.phases),
        "metiers": rules.write_metiers(fiche.metiers),
        "acheteurs": "\n".join(fiche.acheteurs),
    }


def _read(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except Refused as refused:
        raise ValidationError([reason.message for reason in refused.refusals]) from refused
