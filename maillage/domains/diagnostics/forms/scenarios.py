"""What one asks of a scenario, and the places that one sets by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.domains.diagnostics.enums import Methode, Visibilite
from maillage.domains.diagnostics.queries.fiche import list_departements
from maillage.domains.diagnostics.queries.publics import list_available, list_series
from maillage.domains.diagnostics.rules import RAYON_MAX_KM, Demande, Part
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.queries.recherche import get_unite

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.domains.diagnostics.models import Scenario
    from maillage.references.territoires.models import Territoire

# The kinds that open with a building and a team; an EITI opens nowhere in particular.
TYPES = (TypeSiae.ACI, TypeSiae.EI, TypeSiae.AI, TypeSiae.ETTI)


class ScenarioForm(forms.Form):
    """A name, a public, a radius; the rest says what the computation must place, where and within which limits."""

    nom = forms.CharField(label="Nom du scénario", max_length=120)
    public = forms.ChoiceField(label="Public à desservir")
    rayon_km = forms.FloatField(
        label="Rayon (km)",
        min_value=0.5,
        max_value=RAYON_MAX_KM,
        initial=5,
        localize=True,
        help_text="Une personne est desservie quand sa commune est à cette distance, ou moins, d’un site.",
    )
    departements = forms.MultipleChoiceField(
        label="Ouvrir seulement dans ces départements",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucune case cochée\u202f: toute la région.",
    )
    espacement_km = forms.FloatField(
        label="Écart minimal entre deux sites nouveaux (km)",
        required=False,
        min_value=0,
        max_value=RAYON_MAX_KM,
        localize=True,
    )
    besoin_min = forms.IntegerField(
        label="Personnes à portée de chaque site, au moins",
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text="Pour ne pas ouvrir là où le bassin est trop petit pour recruter.",
    )
    budget_etp = forms.DecimalField(
        label="ETP en tout, au plus", required=False, min_value=0, max_digits=8, decimal_places=2, localize=True
    )

    def __init__(self, *args: Any, region: str, methode: Methode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methode = methode
        publics, departements = self.fields["public"], self.fields["departements"]
        assert isinstance(publics, forms.ChoiceField)
        assert isinstance(departements, forms.MultipleChoiceField)
        publics.choices = [(public.code, public.libelle) for public in list_available(list_series(region))]
        departements.choices = [(code, f"{code} · {nom}") for code, nom in list_departements(region)]
        if methode == Methode.MANUELLE:
            for name in ("departements", "espacement_km", "besoin_min", "budget_etp"):
                del self.fields[name]
            return
        if methode == Methode.RAPPROCHER:
            del self.fields["espacement_km"]
        self._add_types(float(get_parametre("diagnostics.scenario_etp", on=timezone.localdate()).value))

    def _add_types(self, etp: float) -> None:
        """Ask, for each kind, how many sites and of how many ETP."""
        for kind in TYPES:
            self.fields[f"nombre_{kind}"] = forms.IntegerField(
                label=f"Sites à ouvrir\u202f: {kind} ({kind.label})", required=False, min_value=0, max_value=100
            )
            self.fields[f"etp_{kind}"] = forms.DecimalField(
                label=f"ETP de chaque {kind}",
                required=False,
                min_value=Decimal("0.5"),
                max_digits=8,
                decimal_places=2,
                initial=etp,
                localize=True,
            )
        asked = [f"{name}_{kind}" for kind in TYPES for name in ("nombre", "etp")]
        self.order_fields(["nom", "public", *asked, "rayon_km"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for kind in TYPES:
            if values.get(f"nombre_{kind}") and not values.get(f"etp_{kind}") and f"etp_{kind}" not in self.errors:
                self.add_error(f"etp_{kind}", ValidationError("Indiquez combien d’ETP compte chaque site."))
        return values

    def demande(self) -> Demande:
        """Return the request; empty fields ask for nothing."""
        values = self.cleaned_data
        return Demande(
            nom=values["nom"],
            methode=self.methode,
            public=values["public"],
            rayon_km=values["rayon_km"],
            composition=tuple(
                Part(kind.value, values[f"nombre_{kind}"], values[f"etp_{kind}"])
                for kind in TYPES
                if values.get(f"nombre_{kind}")
            ),
            departements=tuple(values.get("departements", ())),
            espacement_km=values.get("espacement_km") or None,
            besoin_min=values.get("besoin_min") or None,
            budget_etp=values.get("budget_etp"),
        )


class PlaceForm(forms.Form):
    """A site to open."""

    commune = forms.CharField(label="Commune ou arrondissement", max_length=100, help_text="Son nom ou son code.")
    type_siae = forms.ChoiceField(label="Type de SIAE", choices=TypeSiae.choices)
    etp = forms.DecimalField(label="ETP", min_value=Decimal("0.5"), max_digits=8, decimal_places=2, localize=True)

    def clean_commune(self) -> Territoire:
        try:
            return get_unite(self.cleaned_data["commune"])
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class CopieForm(forms.Form):
    """The name of a copy."""

    nom = forms.CharField(label="Nom de la copie", max_length=120)


class ScenariosForm(FilterForm):
    """How the list is narrowed."""

    q = forms.CharField(label="Nom", max_length=120)
    methode = forms.ChoiceField(label="Méthode", choices=[("", "toutes"), *Methode.choices])
    visibilite = forms.ChoiceField(label="Visible par", choices=[("", "tous"), *Visibilite.choices])
    lookups = {"q": "nom__icontains", "methode": "methode", "visibilite": "visibilite"}

    def apply(self, rows: QuerySet[Scenario]) -> QuerySet[Scenario]:
        narrowed: QuerySet[Scenario] = super().apply(rows)
        return narrowed
