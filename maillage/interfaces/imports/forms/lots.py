"""Forms on batches: the file, the columns, the filters of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.foundations.kernel.screens import FilterForm
from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.services.lots import MEGABYTE, PROVENANCE
from maillage.interfaces.imports.source import list_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from maillage.interfaces.imports.source import Card

SEPARE = "\u202f; "


class DepotForm(forms.Form):
    """A file and where it comes from."""

    fichier = forms.FileField(label="Fichier", allow_empty_file=True)
    provenance = forms.CharField(
        label="Provenance",
        max_length=PROVENANCE,
        required=False,
        help_text="Qui l’a produit et quand : « DRIEETS, liste de mars 2026 ». Elle suit chaque donnée importée.",
    )

    def __init__(self, *args: Any, card: Card, taille_max: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taille_max = taille_max
        formats = ", ".join(card.formats)
        self.fields["fichier"].help_text = f"Formats admis : {formats}. Taille : {taille_max} Mo au plus."

    def clean_fichier(self) -> UploadedFile[bytes]:
        """Refuse a file too large before it is read into memory."""
        fichier: UploadedFile[bytes] = self.cleaned_data["fichier"]
        if (fichier.size or 0) > self.taille_max * MEGABYTE:
            raise forms.ValidationError(f"Le fichier dépasse la taille permise, {self.taille_max} Mo.")
        return fichier


class ColonnesForm(forms.Form):
    """For each expected column, the column of the file that holds it; its choices show the first values."""

    def __init__(
        self, *args: Any, card: Card, entete: Sequence[str], extrait: Sequence[Sequence[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.card = card
        choices = [("", "Aucune")]
        for place, name in enumerate(entete):
            values = [row[place] for row in extrait if place < len(row) and row[place]]
            example = f" (exemple : {SEPARE.join(values)})" if values else ""
            choices.append((str(place), f"{name or f'Colonne {place + 1}'}{example}"))
        for column in card.columns:
            self.fields[column.code] = forms.ChoiceField(
                label=column.label, choices=choices, required=column.required, help_text=column.description
            )

    def get_colonnes(self) -> dict[str, int]:
        """Return the place of each column that was designated."""
        return {code: int(place) for code, place in self.cleaned_data.items() if place}


class LotFilter(FilterForm):
    """Filters of the list of batches."""

    lookups = {"source": "source", "etat": "etat", "nom": "nom_fichier__icontains"}
    source = forms.ChoiceField(label="Source")
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *EtatLot.choices])
    nom = forms.CharField(label="Nom du fichier")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [(source.card.code, source.card.label) for source in list_sources()]
        self.fields["source"].choices = [("", "Toutes"), *sources]  # type: ignore[attr-defined]
