"""Forms on rejected lines: correct one, leave one out, filter their list."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any

from django import forms

from maillage.foundations.kernel.screens import FilterForm
from maillage.interfaces.imports.enums import EtatRejet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maillage.interfaces.imports.source import Card

# A reason may be a whole sentence of law: what of it a list of choices shows.
LABEL = 100


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


class AbandonMotifForm(forms.Form):
    """Why all the lines of a reason are left out."""

    raison = forms.CharField(label="Pourquoi laisser ces lignes de côté ?", max_length=300)


class RejetFilter(FilterForm):
    """Filters of the rejected lines of a batch."""

    lookups = {"motif": "motif", "etat": "etat"}
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *EtatRejet.choices])
    motif = forms.ChoiceField(label="Motif")

    def __init__(self, *args: Any, motifs: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(m["motif"], f"{shorten(m['exemple'], LABEL, placeholder='…')} ({m['nombre']})") for m in motifs]
        self.fields["motif"].choices = [("", "Tous"), *told]  # type: ignore[attr-defined]
