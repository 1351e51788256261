"""What is asked to merge two files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from maillage.references.personnes.models import Personne


class FusionForm(forms.Form):
    """Which of the two files is kept."""

    gardee = forms.ChoiceField(
        label="Dossier à garder",
        widget=forms.RadioSelect,
        help_text="Ce qu’il dit l’emporte ; ce qu’il ne sait pas vient de l’autre, avec tout ce qui y est rattaché.",
    )
    certain = forms.BooleanField(label="J’ai vérifié qu’il s’agit de la même personne")

    def __init__(self, *args: Any, personnes: tuple[Personne, Personne], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["gardee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(each.public_id), f"{each}, dossier {str(each.public_id)[:8]}, créé le {each.creee_le:%d/%m/%Y}")
            for each in personnes
        ]
        field.initial = str(personnes[0].public_id)
