"""What is asked to raise a call for projects, and how their list is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.offre.enums import EtatAppel
from maillage.domains.offre.forms.champs import AmountField, PublicsField, TerritoiresField, TypesField
from maillage.domains.offre.services.appels import CHAMPS, FicheAppel
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.queries.recherche import search_territoires

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.domains.offre.models import AppelProjets

LARGE = forms.Textarea(attrs={"rows": 5})


class AppelForm(forms.Form):
    """A call: where, for whom, how much, when."""

    titre = forms.CharField(label="Titre", max_length=200, help_text="Ce que le territoire cherche, en une ligne.")
    territoires = TerritoiresField(label="Territoires")
    contexte = forms.CharField(
        label="Pourquoi cet appel",
        widget=LARGE,
        help_text="Ce qui manque, à qui. Le constat du diagnostic s’ajoute de lui-même, avec sa date.",
    )
    types = TypesField()
    publics = PublicsField(help_text="Aucun coché\u202f: tous les publics.")
    etp = AmountField(label="ETP recherchés", required=False)
    postes = forms.IntegerField(label="Postes recherchés", required=False, min_value=1, max_value=10_000)
    montant = AmountField(label="Enveloppe (€)", required=False)
    ouverture = forms.DateField(label="Ouverture", widget=DateInput())
    cloture = forms.DateField(label="Clôture (dernier jour)", widget=DateInput())
    criteres = forms.CharField(label="Critères de choix", required=False, widget=LARGE)
    pieces = forms.CharField(
        label="Pièces à joindre, en plus de la liste commune", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def fiche(self) -> FicheAppel:
        """Return what was typed, as the act takes it."""
        return FicheAppel(**self.cleaned_data)


def initial_of(appel: AppelProjets) -> dict[str, Any]:
    """Return a call as its form shows it."""
    names = ", ".join(each.nom for each in appel.territoires.all())
    return {**{name: getattr(appel, name) for name in CHAMPS}, "territoires": names}


class AppelFilter(FilterForm):
    """State, kind, territory; among one's own, those to close. `closing` holds these, None: nobody who leads calls."""

    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *EtatAppel.choices])
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous les types"), *TypeSiae.choices])
    territoire = forms.CharField(label="Territoire (nom ou code)", max_length=200)
    a_clore = forms.BooleanField(label="Les miens, à clore bientôt")

    def __init__(self, *args: Any, closing: QuerySet[AppelProjets] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closing = closing
        if closing is None:
            del self.fields["a_clore"]

    def clean_territoire(self) -> Any:
        """Return the territory that the text means."""
        text = self.cleaned_data["territoire"]
        found = search_territoires(text, limit=1)
        if text and not found:
            raise forms.ValidationError(f"Aucun territoire ne correspond à « {text} ».")
        return found[0] if found else None

    def apply(self, rows: QuerySet[AppelProjets]) -> QuerySet[AppelProjets]:
        """Return the calls that the filters keep."""
        values = self.values
        if etat := values.get("etat"):
            rows = rows.filter(etat=etat)
        if kind := values.get("type"):
            rows = rows.filter(types__contains=[kind]) | rows.filter(types=[])
        if territoire := values.get("territoire"):
            rows = rows.filter(territoires=territoire)
        if self.closing is not None and values.get("a_clore"):
            rows = rows.filter(pk__in=self.closing.values("pk"))
        return rows
