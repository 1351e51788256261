"""What is asked to present a case to a CTA, to put it on an agenda, to write what was decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.parcours.enums.cta import EtatCas, MotifCas
from maillage.domains.parcours.forms.consentements import SelonAccordForm
from maillage.domains.parcours.rules.cta import VIVANTS, Decision
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import CasCta, DecisionCta
    from maillage.references.accounts.models import Organisation

LIGNES = 3  # actions that one session writes at once
JOUR = timedelta(days=1)


class CasForm(SelonAccordForm):
    """What the CTA is asked about a person."""

    motif = forms.ChoiceField(label="Motif", choices=[("", "Choisir un motif"), *MotifCas.choices])
    departement = forms.ChoiceField(label="Département du CTA")
    question = forms.CharField(
        label="Question posée au comité",
        widget=forms.Textarea({"rows": 5}),
        max_length=2000,
        help_text="Où en est le parcours, ce qui a été tenté, ce que vous demandez. Rien de santé ni de justice.",
    )
    field_order = ("motif", "departement", "question", "accord", "accord_jusqu_au")

    def __init__(self, *args: Any, departements: Mapping[str, str], habite: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["departement"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(departements.items())
        field.initial = habite


class SeanceForm(forms.Form):
    """Which session."""

    seance_le = forms.DateField(label="Séance du", widget=DateInput())


class AvisCasForm(forms.Form):
    """What the session advised, and up to three actions: what, by whom, before when."""

    avis = forms.CharField(
        label="Avis du comité",
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
        help_text="Ceux qui suivent la personne le liront. Sur un titre, il est aussi gardé avec lui.",
    )

    def __init__(self, *args: Any, acteurs: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acteurs = {str(each.public_id): each for each in acteurs}
        offered = [("", "Choisir qui agit"), *((key, str(each)) for key, each in self.acteurs.items())]
        for rank in range(1, LIGNES + 1):
            self.fields[f"quoi_{rank}"] = forms.CharField(label=f"Action {rank}", required=False, max_length=300)
            self.fields[f"qui_{rank}"] = forms.ChoiceField(
                label=f"Action {rank}, à faire par", required=False, choices=offered
            )
            self.fields[f"avant_{rank}"] = forms.DateField(
                label=f"Action {rank}, au plus tard le", required=False, widget=DateInput()
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for rank in range(1, LIGNES + 1):
            names = {"quoi": "Dites quoi.", "qui": "Dites qui.", "avant": "Dites pour quand."}
            given = [name for name in names if data.get(f"{name}_{rank}")]
            if given:
                for name in names.keys() - set(given):
                    self.add_error(f"{name}_{rank}", names[name])
        return data

    @property
    def decisions(self) -> list[Decision]:
        """The actions that were typed."""
        data = self.cleaned_data
        return [
            Decision(data[f"quoi_{rank}"], self.acteurs[data[f"qui_{rank}"]].pk, data[f"avant_{rank}"] + JOUR)
            for rank in range(1, LIGNES + 1)
            if data[f"quoi_{rank}"]
        ]


VUES = {
    "": "à entendre",
    "a_inscrire": "à inscrire",
    "inscrits": "à l’ordre du jour",
    "traites": "traités",
    "tous": "tous",
}


class CasFilter(FilterForm):
    """Where cases stand, why, where; the actions that await one's organisation."""

    voir = forms.ChoiceField(label="Voir", choices=list(VUES.items()))
    motif = forms.ChoiceField(label="Motif", choices=[("", "tous"), *MotifCas.choices])
    departement = forms.ChoiceField(label="Département")
    seance = forms.DateField(label="Séance du", widget=DateInput())
    actions = forms.BooleanField(label="Avec une action qui nous revient")

    def __init__(
        self, *args: Any, departements: Mapping[str, str], a_faire: QuerySet[DecisionCta], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].choices = [("", "tous"), *departements.items()]  # type: ignore[attr-defined]
        self.a_faire = a_faire

    def apply(self, rows: QuerySet[CasCta]) -> QuerySet[CasCta]:
        """Return the cases that the filters keep: those still to hear, unless something else is asked."""
        values = self.values
        etats = {
            "": VIVANTS,
            "a_inscrire": (EtatCas.PROPOSE,),
            "inscrits": (EtatCas.INSCRIT,),
            "traites": (EtatCas.TRAITE,),
            "tous": tuple(EtatCas),
        }
        if values.get("actions"):
            rows = rows.filter(pk__in=self.a_faire.values("cas"))
        else:
            rows = rows.filter(etat__in=etats[values.get("voir", "")])
        for name, lookup in (("motif", "motif"), ("departement", "departement"), ("seance", "seance_le")):
            if name in values:
                rows = rows.filter(**{lookup: values[name]})
        return rows
