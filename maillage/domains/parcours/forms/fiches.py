"""The answer of the ASP, as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from maillage.domains.parcours.rules.fiches import MOST_BYTES

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class ReponseForm(forms.Form):
    """A file of feedback."""

    fichier = forms.FileField(
        label="Fichier de retour",
        help_text="RIAE_FS_…_FichierRetour.json, tel que l’ASP le dépose. Taille : 4 Mo au plus.",
    )

    def clean_fichier(self) -> UploadedFile[bytes]:
        """Refuse a file too large before it is read into memory: an answer is longer than what it answers to."""
        fichier: UploadedFile[bytes] = self.cleaned_data["fichier"]
        if (fichier.size or 0) > 2 * MOST_BYTES:
            raise forms.ValidationError("Le fichier dépasse la taille d’une réponse de l’ASP.")
        return fichier
