"""What the reader of a diagnostic may choose. A wrong value is shown and set aside; the rest holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.diagnostics.enums import Capacite, Classe, Indicateur
from maillage.domains.diagnostics.queries.fiche import list_departements
from maillage.domains.diagnostics.queries.publics import list_available, list_series
from maillage.domains.diagnostics.rules import PUBLIC_PAR_DEFAUT, RAYON_MAX_KM, Choix
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.mesures import Ligne

# The first choice is what the page shows when the address says nothing.
MAILLES = (
    (Maille.INTERCOMMUNALITE.value, "EPT et EPCI"),
    (Maille.COMMUNE.value, "Communes"),
    (Maille.DEPARTEMENT.value, "Départements"),
)


class ChoixForm(FilterForm):
    """The settings of the computation: public, unit of the supply, kinds of SIAE, radius."""

    public = forms.ChoiceField(label="Public")
    annee = forms.TypedChoiceField(label="Année du besoin", coerce=int, empty_value=None)
    capacite = forms.ChoiceField(
        label="Offre comptée en",
        choices=[("", "automatique\u202f: ETP si connus, sinon nombre de structures"), *Capacite.choices],
    )
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous les types"), *TypeSiae.choices])
    rayon = forms.FloatField(label="Rayon (km)", min_value=1, max_value=RAYON_MAX_KM, localize=True)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        series = list_series(region)
        publics, annees = self.fields["public"], self.fields["annee"]
        assert isinstance(publics, forms.ChoiceField)
        assert isinstance(annees, forms.ChoiceField)
        publics.choices = [(public.code, public.libelle) for public in list_available(series)]
        known = sorted({annee for years in series.values() for annee in years}, reverse=True)
        annees.choices = [("", "la plus récente"), *((annee, str(annee)) for annee in known)]
        if len(known) < 2:
            del self.fields["annee"]
        radius = get_parametre("diagnostics.rayon_km", on=timezone.localdate())
        self.fields["rayon"].label = f"Rayon en km ({nombre(radius.value)} par défaut)"

    def choix(self) -> Choix:
        """Return the valid settings as a choice."""
        values = self.values
        return Choix(
            public=values.get("public", PUBLIC_PAR_DEFAUT),
            annee=values.get("annee"),
            capacite=Capacite(values["capacite"]) if "capacite" in values else None,
            types=(values["type"],) if "type" in values else (),
            rayon_km=values.get("rayon"),
        )


class CarteForm(ChoixForm):
    """The regional map: which territories, which layer, with or without the SIAE."""

    maille = forms.ChoiceField(label="Territoires", choices=MAILLES)
    indicateur = forms.ChoiceField(label="Couche", choices=Indicateur.choices)
    points = forms.BooleanField(label="Montrer les SIAE")
    field_order = ("maille", "indicateur", "public", "annee", "capacite", "type", "rayon", "points")

    @property
    def maille_choisie(self) -> Maille:
        return Maille(self.values.get("maille", Maille.INTERCOMMUNALITE))

    @property
    def indicateur_choisi(self) -> Indicateur:
        return Indicateur(self.values.get("indicateur", Indicateur.ACCESSIBILITE))


class ComparaisonForm(ChoixForm):
    """The comparison table: one maille at a time, narrowed to a département, a class, a name."""

    maille = forms.ChoiceField(label="Territoires", choices=MAILLES)
    departement = forms.ChoiceField(label="Département")
    classe = forms.ChoiceField(label="Classe", choices=[("", "toutes les classes"), *Classe.choices])
    nom = forms.CharField(label="Nom ou code", max_length=60)
    field_order = ("maille", "departement", "classe", "nom", "public", "annee", "capacite", "type", "rayon")

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, region=region, **kwargs)
        departements = self.fields["departement"]
        assert isinstance(departements, forms.ChoiceField)
        named = [(code, f"{code} · {nom}") for code, nom in list_departements(region)]
        departements.choices = [("", "tous les départements"), *named]

    @property
    def maille_choisie(self) -> Maille:
        return Maille(self.values.get("maille", Maille.INTERCOMMUNALITE))

    def apply(self, rows: Sequence[Ligne]) -> Sequence[Ligne]:
        values = self.values
        departement, classe, nom = values.get("departement"), values.get("classe"), values.get("nom", "")
        words = " ".join(plain_words(nom))
        return [
            ligne
            for ligne in rows
            if (not departement or ligne.departement == departement)
            and (not classe or ligne.classe == classe)
            and (not nom or ligne.code == nom or (words and words in " ".join(plain_words(ligne.nom))))
        ]
