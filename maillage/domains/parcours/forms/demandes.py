"""Answer a request of prolongation."""

from __future__ import annotations

from django import forms

from maillage.domains.parcours.enums.demandes import EtatDemande, MotifRefus, Proposition
from maillage.foundations.kernel.screens import FilterForm


class AccordForm(forms.Form):
    """A word with the agreement, if one wants."""

    reponse = forms.CharField(label="Réponse à la SIAE", widget=forms.Textarea({"rows": 3}), required=False)


class RefusForm(forms.Form):
    """Why, and what instead."""

    motif = forms.ChoiceField(label="Motif du refus", choices=[("", "Choisir un motif"), *MotifRefus.choices])
    proposition = forms.ChoiceField(
        label="Ce que vous proposez", choices=[("", "Choisir une proposition"), *Proposition.choices]
    )
    reponse = forms.CharField(
        label="Réponse à la SIAE",
        widget=forms.Textarea({"rows": 5}),
        help_text="Elle sera lue par la SIAE, qui l’expliquera à la personne.",
    )


class DemandeFilter(FilterForm):
    """Where a request stands."""

    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *EtatDemande.choices])
    lookups = {"etat": "etat"}
