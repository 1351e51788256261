"""Fields that the forms of the room share: a commune, a trade, an establishment, its last day included."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.accounts.rules import check_siret
from maillage.references.economie.models import Employeur, Rome
from maillage.references.territoires.queries.recherche import get_unite

JOUR = timedelta(days=1)
MOST = 5  # trades named when several are meant


class CommuneField(forms.CharField):
    """A commune or arrondissement, by its name or code; cleans to the territory."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Nom, code Insee ou code postal\u202f: « St-Denis », « 93200 ».")
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return get_unite(text)
        except Refused as refused:
            raise ValidationError(str(refused), code=refused.refusals[0].code) from refused


class RomeField(forms.CharField):
    """A trade of the ROME, by its code or by words of its name that mean one alone; cleans to the trade."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Code ROME ou mots de son nom\u202f: « K2204 », « propreté de locaux ».")
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        code = text.split("(")[-1].rstrip(") ").upper()
        if (found := Rome.objects.filter(code=code).first()) is not None:
            return found
        rows = list(Rome.objects.filter(libelle__icontains=text).order_by("libelle")[: MOST + 1])
        exact = [row for row in rows if row.libelle.casefold() == text.casefold()]
        if len(exact or rows) == 1:
            return (exact or rows)[0]
        if not rows:
            raise ValidationError(f"Aucun métier ROME ne correspond à « {text} ».", code="rome_inconnu")
        named = ", ".join(f"{row} ({row.code})" for row in rows[:MOST])
        raise ValidationError(f"Plusieurs métiers correspondent\u202f: {named}. Donnez le code.", code="rome_ambigu")


class DernierJourField(forms.DateField):
    """A last day as people say it; cleans to the first day after, as periods are kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DateInput(), **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day + JOUR if day else None


class HoteForm(forms.Form):
    """An establishment: its SIRET, and its name and commune when nobody described it yet."""

    siret = forms.CharField(
        label="SIRET de l’entreprise",
        max_length=20,
        help_text="14 chiffres. Les entreprises que votre organisation suit sont proposées.",
        widget=forms.TextInput(attrs={"list": "entreprises-suivies", "autocomplete": "off"}),
    )
    denomination = forms.CharField(
        label="Dénomination",
        max_length=200,
        required=False,
        help_text="Seulement si l’établissement n’est pas dans l’annuaire des employeurs.",
    )
    commune = CommuneField(label="Commune de l’établissement", required=False)

    def clean_siret(self) -> str:
        try:
            return check_siret(self.cleaned_data["siret"])
        except Refused as refused:
            raise ValidationError(str(refused), code=refused.refusals[0].code) from refused

    @property
    def connu(self) -> Employeur | None:
        """The establishment of the SIRET typed, when it is known."""
        return Employeur.objects.filter(siret=self.cleaned_data.get("siret", "")).first()

    @property
    def hote(self) -> dict[str, Any]:
        """What finds the establishment, or describes it."""
        return {name: self.cleaned_data[name] for name in ("siret", "denomination", "commune")}
