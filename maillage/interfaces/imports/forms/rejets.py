"""Forms on rejected lines: correct one, leave one out, filter their list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.foundations.kernel.screens import FilterForm
from maillage.interfaces.imports.enums import EtatRejet

if TYPE_CHECKING:
    from maillage.interfaces.imports.source import Card


class CorrectionForm(forms.Form):
    """The values of a line, column by column."""

    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in card.columns:
            if not column.long:
                self.fields[column.code] = forms.CharField(
                    label=column.label, required=column.required, help_text=column.description, max_length=1000
                )


class AbandonForm(forms.Form):
    """Why a line is left out."""

    motif = forms.CharField(label="Pourquoi laisser cette ligne de côté ?", max_length=300)


class RejetFilter(FilterForm):
    """Filters of the rejected lines of a batch."""

    lookups = {"code": "code", "etat": "etat"}
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *EtatRejet.choices])
    code = forms.CharField(label="Code du motif")
