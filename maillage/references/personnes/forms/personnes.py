"""What is typed of a person: their identity, and how their list is narrowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.personnes.enums import Sexe, TypeRelation
from maillage.references.personnes.queries.identite import search_name
from maillage.references.personnes.queries.personnes import (
    keep_ended,
    keep_ending,
    keep_referent,
    keep_sans_referent,
    keep_type,
)
from maillage.references.personnes.rules import Identite
from maillage.references.territoires.queries.recherche import get_unite

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne
    from maillage.references.territoires.models import Territoire


def find_commune(text: str) -> Territoire | None:
    """Return the commune that a text means; raise `ValidationError` when it means none, or several."""
    if not text.strip():
        return None
    try:
        return get_unite(text)
    except Refused as refused:
        raise ValidationError(str(refused)) from refused


_OF_ORGANISATION = {"sans_referent": keep_sans_referent, "fin_proche": keep_ending, "terminee": keep_ended}


class PersonneFilter(FilterForm):
    """Name, place, why and by whom the person is followed."""

    q = forms.CharField(label="Nom ou prénom", max_length=100)
    commune = forms.CharField(label="Commune (nom ou code)", max_length=100)
    departement = forms.CharField(label="Département (code)", max_length=3)
    type = forms.ChoiceField(label="Type de relation", choices=[("", "tous"), *TypeRelation.choices])
    moi = forms.BooleanField(label="Dont je suis le référent")
    sans_referent = forms.BooleanField(label="Que nous suivons sans référent")
    fin_proche = forms.BooleanField(label="Dont notre suivi se termine bientôt")
    terminee = forms.BooleanField(label="Que nous ne suivons plus, dossier encore ouvert")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_commune(self) -> Territoire | None:
        return find_commune(self.cleaned_data["commune"])

    def apply(self, rows: QuerySet[Personne]) -> QuerySet[Personne]:
        values, membre = self.values, self.user.membre
        if "q" in values:
            rows = search_name(rows, values["q"])
        if "commune" in values:
            rows = rows.filter(commune=values["commune"].code)
        if "departement" in values:
            rows = rows.filter(departement=values["departement"].upper())
        if "type" in values:
            rows = keep_type(rows, values["type"])
        if values.get("moi"):
            rows = keep_referent(rows, membre)
        for name, keep in _OF_ORGANISATION.items():
            if values.get(name):
                rows = keep(rows, membre.organisation_id if membre else None)
        return rows


class IdentiteForm(forms.Form):
    """The civil status, the contact and the NIR of a person."""

    nom = forms.CharField(label="Nom", max_length=80)
    prenom = forms.CharField(label="Prénom", max_length=80)
    date_naissance = forms.DateField(label="Date de naissance", widget=DateInput())
    sexe = forms.ChoiceField(label="Sexe", choices=[(s.value, s.label) for s in Sexe], required=False)
    nir = forms.CharField(
        label="Numéro de sécurité sociale (NIR)",
        max_length=30,
        required=False,
        help_text="15 chiffres, clé comprise. Il est chiffré, et ne s’affiche ensuite qu’en partie.",
    )
    verifie = forms.BooleanField(
        label="Numéro vérifié sur un document",
        required=False,
        help_text="À cocher si la plateforme signale un écart avec l’état civil et que le document le confirme.",
    )
    email = forms.EmailField(label="Adresse électronique", required=False, help_text="Format attendu : nom@domaine.fr")
    telephone = forms.CharField(label="Téléphone", max_length=20, required=False, help_text="Exemple : 01 23 45 67 89")
    adresse = forms.CharField(label="Adresse", max_length=300, required=False)
    commune = forms.CharField(label="Commune de résidence", max_length=100, help_text="Son nom, ou son code Insee.")

    def clean_telephone(self) -> str:
        text: str = self.cleaned_data["telephone"]
        if text and not re.fullmatch(r"\+?[\d .\u202f\u00a0-]{6,20}", text):
            raise ValidationError("Un numéro de téléphone ne compte que des chiffres.")
        return text

    def clean_commune(self) -> Territoire | None:
        return find_commune(self.cleaned_data["commune"])

    @property
    def identite(self) -> Identite:
        """What was typed, as the services want it."""
        data = self.cleaned_data
        commune: Territoire = data["commune"]
        texts = ("nom", "prenom", "sexe", "email", "telephone", "adresse")
        return Identite(
            **{name: data[name] for name in texts},
            date_naissance=data["date_naissance"],
            nir=data["nir"] or None,
            commune=commune.code,
        )
