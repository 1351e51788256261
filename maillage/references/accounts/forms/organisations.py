"""How organisations are searched, and what is written of one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.accounts.queries.organisations import list_departements, list_organisations
from maillage.references.accounts.rules import (
    FicheOrganisation,
    familles,
    read_competences,
    types_organisation,
    write_competences,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import Organisation


def choices_of_types(on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds as they are called on a day, family by family."""
    return [
        (nom, [(each.code, each.nom(on)) for each in types_organisation().values() if each.famille == code])
        for code, nom in familles().items()
    ]


class OrganisationFilter(FilterForm):
    """Words, kind, family, département: whoever meets all that is asked."""

    q = forms.CharField(label="Nom, ancien nom ou SIRET", max_length=200)
    famille = forms.ChoiceField(label="Famille")
    type = forms.ChoiceField(label="Type")
    departement = forms.ChoiceField(label="Département de compétence")
    sans_administrateur = forms.BooleanField(label="Sans administrateur")

    def __init__(self, *args: Any, on: date, exploitant: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Sequence[Any]] = {
            "famille": [("", "toutes les familles"), *familles().items()],
            "type": [("", "tous les types"), *choices_of_types(on)],
            "departement": [("", "tous les départements"), *list_departements(settings.MAILLAGE_REGION)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        if not exploitant:
            del self.fields["sans_administrateur"]

    def apply(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the organisations that the filters keep, best match first when words are searched."""
        values = self.values
        return list_organisations(
            text=values.get("q", ""),
            type_code=values.get("type", ""),
            famille=values.get("famille", ""),
            departement=values.get("departement", ""),
            sans_administrateur=values.get("sans_administrateur", False),
        )


class OrganisationForm(forms.Form):
    """What an operator writes of an organisation."""

    siret = forms.CharField(label="SIRET", max_length=30, help_text="14 chiffres, celui de l’établissement.")
    denomination = forms.CharField(label="Dénomination", max_length=200, help_text="Le nom officiel, celui de Sirene.")
    nom_usage = forms.CharField(
        label="Nom d’usage", max_length=200, required=False, help_text="S’il est différent, c’est lui qui s’affiche."
    )
    types = forms.MultipleChoiceField(
        label="Types",
        widget=forms.CheckboxSelectMultiple,
        help_text="Un au moins. Un CCAS qui porte un chantier d’insertion est des deux types.",
    )
    competences = forms.CharField(
        label="Territoires de compétence",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Un par ligne, le niveau puis le code\u202f: «\u202fdépartement 95\u202f», «\u202frégion 11\u202f», "
        "«\u202fEPT 200057867\u202f», «\u202fcommune 95127\u202f».",
    )
    parent = forms.CharField(
        label="Organisation de rattachement",
        max_length=30,
        required=False,
        help_text="Son SIRET\u202f: la direction d’une agence, la mission régionale d’un réseau.",
    )
    forme_juridique = forms.CharField(label="Forme juridique", max_length=80, required=False)
    naf = forms.CharField(label="Code NAF", max_length=6, required=False, help_text="Par exemple 88.99B.")
    site_web = forms.CharField(label="Site web", max_length=300, required=False)
    email = forms.EmailField(
        label="Adresse électronique de contact",
        required=False,
        help_text="Celle de l’organisation, pas celle d’une personne. Format attendu\u202f: nom@domaine.fr",
    )
    telephone = forms.CharField(label="Téléphone", max_length=20, required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["types"].choices = choices_of_types(on)  # type: ignore[attr-defined]

    def clean_competences(self) -> tuple[tuple[str, str], ...]:
        """Return the (niveau, code) pairs of the lines."""
        try:
            return read_competences(self.cleaned_data["competences"])
        except Refused as refused:
            raise ValidationError(str(refused)) from refused

    def get_fiche(self) -> FicheOrganisation:
        """Return what was typed."""
        values = {name: value for name, value in self.cleaned_data.items() if name in FicheOrganisation.__slots__}
        return replace(FicheOrganisation("", "", ()), **{**values, "types": tuple(values["types"])})


class ModificationForm(OrganisationForm):
    """The same, with the day from which a new name is borne."""

    nom_depuis = forms.DateField(
        label="Si le nom change, depuis quand",
        required=False,
        widget=DateInput,
        help_text="L’ancien nom est gardé, avec ses dates. Laissez vide pour corriger une simple faute d’écriture.",
    )


def describe(organisation: Organisation) -> dict[str, Any]:
    """Return the initial values of the form of an organisation."""
    names = ("siret", "denomination", "nom_usage", "types", "forme_juridique", "naf", "site_web", "email", "telephone")
    return {
        **{name: getattr(organisation, name) for name in names},
        "parent": organisation.parent.siret if organisation.parent else "",
        "competences": write_competences(
            (each.niveau, each.code) for each in organisation.competences.order_by("niveau", "code")
        ),
    }
