"""What is asked to open a file, to see a NIR, and to narrow the journals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.personnes.enums import MotifNir
from maillage.references.personnes.rules import MOTIF_MIN

if TYPE_CHECKING:
    from collections.abc import Sequence

AIDE = f"Une phrase, {MOTIF_MIN} caractères au moins, sans le nom de la personne : elle est gardée et sera lue."


class NirForm(forms.Form):
    """Why a NIR is shown."""

    motif = forms.ChoiceField(label="Motif", choices=[("", "à choisir"), *MotifNir.choices])


class OuvertureForm(forms.Form):
    """Whose file, why, how long."""

    identifiant = forms.CharField(
        label="Identifiant du dossier",
        max_length=200,
        help_text="Celui que donne l’organisation qui demande de l’aide : identifiant du dossier (dans son adresse), "
        "adresse électronique ou numéro de sécurité sociale, exacts.",
    )
    motif = forms.CharField(label="Motif", max_length=500, help_text=AIDE, widget=forms.Textarea(attrs={"rows": 3}))
    heures = forms.IntegerField(label="Durée, en heures", min_value=1, max_value=8_760, initial=1)

    def __init__(self, *args: Any, maximum: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heures"].help_text = f"De 1 à {maximum} : le dossier se referme seul."


class LectureFilter(FilterForm):
    """When, and by whom."""

    lookups = {"du": "date__date__gte", "au": "date__date__lte", "lecteur": "lecteur__email__icontains"}
    du = forms.DateField(label="Du", widget=DateInput())
    au = forms.DateField(label="Au", widget=DateInput())
    lecteur = forms.CharField(label="Adresse électronique du lecteur", max_length=200)


class ChiffresFilter(FilterForm):
    """Which month, the current one unless told otherwise; which of the départements of the organisation."""

    mois = forms.CharField(
        label="Situation à la fin du mois",
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text="Année et mois : 2026-01",
    )

    departement = forms.ChoiceField(label="Département")

    def __init__(self, *args: Any, departements: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].choices = [("", "tous"), *departements]  # type: ignore[attr-defined]

    def clean_mois(self) -> date | None:
        text: str = self.cleaned_data["mois"]
        if not text:
            return None
        try:
            mois = date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise ValidationError("Un mois s’écrit avec son année : 2026-01.") from error
        if not date(2018, 11, 1) <= mois <= timezone.localdate():
            raise ValidationError("Les chiffres vont de novembre 2018 au mois en cours.")
        return mois

    def apply(self, rows: Any) -> Any:
        """Keep all rows: the figures were counted for what was asked."""
        return rows
