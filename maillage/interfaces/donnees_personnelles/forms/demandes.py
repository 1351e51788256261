"""Record a request, answer it, filter their list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from maillage.foundations.kernel.screens import FilterForm
from maillage.references.personnes.models import DemandeDroit


class DemandeForm(forms.Form):
    """What a person asks, and when."""

    droit = forms.ChoiceField(
        label="Ce que la personne demande",
        choices=DemandeDroit.Droit.choices,
        widget=forms.RadioSelect,
    )
    recue_le = forms.DateField(
        label="Demande reçue le",
        help_text="Le délai de réponse court de ce jour.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    texte = forms.CharField(
        label="Ce qu’elle précise",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Effacé avec le dossier.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recue_le"].initial = timezone.localdate


class ReponseForm(forms.Form):
    """Yes or no, and the words for the person."""

    acte = forms.ChoiceField(
        label="Votre réponse",
        choices=[("accorder", "Accorder"), ("refuser", "Refuser")],
        widget=forms.RadioSelect,
    )
    reponse = forms.CharField(
        label="Ce que vous répondez à la personne",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Obligatoire pour un refus\u202f: la personne doit savoir pourquoi, et qu’elle peut saisir la CNIL.",
    )


class DemandeFilter(FilterForm):
    """By state and by right."""

    lookups = {"etat": "etat", "droit": "droit"}
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *DemandeDroit.Etat.choices])
    droit = forms.ChoiceField(label="Droit", choices=[("", "Tous"), *DemandeDroit.Droit.choices])
