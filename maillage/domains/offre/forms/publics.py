"""What is typed about the publics, and how their lists are narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.offre.enums import PublicPrioritaire, Situation, SourceObjectif
from maillage.domains.offre.rules.publics import ANNEE_MIN, FicheObjectif, LigneRealisation
from maillage.domains.offre.services.pratiques import FichePratique
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import GroupeSecteur

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maillage.domains.offre.queries.ecarts import EcartSiae
    from maillage.domains.offre.queries.objectifs import Avancement

TYPES = [("", "tous les types"), *TypeSiae.choices]
PUBLICS = [("", "tous les publics"), *PublicPrioritaire.choices]


class ObjectifsFilter(FilterForm):
    """Territory, public, kind, year, situation."""

    territoire = forms.ChoiceField(label="Territoire")
    public = forms.ChoiceField(label="Public", choices=PUBLICS)
    type = forms.ChoiceField(
        label="Type de SIAE", choices=[("", "tous"), ("ensemble", "objectifs tous types"), *TypeSiae.choices]
    )
    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    situation = forms.ChoiceField(label="Situation", choices=[("", "toutes"), *Situation.choices])

    def __init__(self, *args: Any, annees: Sequence[int], noms: Mapping[tuple[str, str], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(f"{niveau}:{code}", nom) for (niveau, code), nom in noms.items()]
        self.fields["territoire"].choices = [("", "tous les territoires"), *names]  # type: ignore[attr-defined]
        self.fields["annee"].choices = [("", "toutes"), *((each, str(each)) for each in annees)]  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[Avancement]) -> list[Avancement]:
        values = self.values
        niveau, _, code = values.get("territoire", "").partition(":")
        kind = values.get("type", "")
        return [
            row
            for row in rows
            if (not code or (row.objectif.niveau, row.objectif.code) == (niveau, code))
            and row.objectif.public == values.get("public", row.objectif.public)
            and (not kind or row.objectif.type_siae == ("" if kind == "ensemble" else kind))
            and row.annee == values.get("annee", row.annee)
            and row.situation == values.get("situation", row.situation)
        ]


class ObjectifForm(forms.Form):
    """An objective to set."""

    territoire = forms.ChoiceField(label="Territoire")
    public = forms.ChoiceField(label="Public", choices=PublicPrioritaire.choices)
    type_siae = forms.ChoiceField(label="Type de SIAE", choices=TYPES, required=False)
    annee = forms.IntegerField(label="Année", min_value=ANNEE_MIN, max_value=2100)
    cible_part = forms.DecimalField(
        label="Cible, en % des salariés",
        required=False,
        localize=True,
        max_digits=5,
        decimal_places=2,
        help_text="Une part ou un nombre, l’un des deux.",
    )
    cible_nombre = forms.IntegerField(label="Cible, en nombre de salariés", required=False, max_value=1_000_000)
    source = forms.ChoiceField(label="Décidé par", choices=SourceObjectif.choices)
    reference = forms.CharField(
        label="Référence de la décision",
        required=False,
        max_length=200,
        help_text="Par exemple la date de la séance, ou la page du document.",
    )
    commentaire = forms.CharField(
        label="Commentaire", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, territoires: Sequence[tuple[str, str]], fixe: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territoire"].choices = territoires  # type: ignore[attr-defined]
        if fixe:  # what an objective is about does not change
            for name in ("territoire", "public", "type_siae", "annee"):
                self.fields[name].disabled = True

    def get_fiche(self) -> FicheObjectif:
        """Return the objective as typed."""
        values = dict(self.cleaned_data)
        niveau, _, code = values.pop("territoire").partition(":")
        return FicheObjectif(niveau=niveau, code=code, **values)


class MotifForm(forms.Form):
    """Why something is taken back."""

    motif = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class EcartsFilter(FilterForm):
    """Public and year of the comparison; département, kind, situation, name."""

    public = forms.ChoiceField(label="Public", choices=PublicPrioritaire.choices)
    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    departement = forms.ChoiceField(label="Département")
    type = forms.ChoiceField(label="Type de SIAE", choices=TYPES)
    situation = forms.ChoiceField(label="Situation", choices=[("", "toutes"), *Situation.choices])
    nom = forms.CharField(label="Nom", max_length=100)

    def __init__(self, *args: Any, annees: Sequence[int], departements: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [("", "la dernière connue"), *((each, str(each)) for each in annees)]  # type: ignore[attr-defined]
        named = [("", "tous"), *departements.items()]
        self.fields["departement"].choices = named  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[EcartSiae]) -> list[EcartSiae]:
        """Keep the kinds, situations and names; public, year and département were asked of the query."""
        values = self.values
        name = values.get("nom", "").casefold()
        return [
            row
            for row in rows
            if row.type == values.get("type", row.type)
            and row.situation == values.get("situation", row.situation)
            and name in row.nom.casefold()
        ]


class MixiteFilter(FilterForm):
    """Year and département."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    departement = forms.ChoiceField(label="Département")

    def __init__(self, *args: Any, annees: Sequence[int], departements: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [("", "la dernière connue"), *((each, str(each)) for each in annees)]  # type: ignore[attr-defined]
        self.fields["departement"].choices = [("", "toute la région"), *departements.items()]  # type: ignore[attr-defined]

    def apply(self, rows: Any) -> Any:
        """Keep all rows: they were counted for what was asked."""
        return rows


class AnneeForm(FilterForm):
    """Which year to type, from this one back."""

    annee = forms.TypedChoiceField(label="Année à saisir", coerce=int)

    def __init__(self, *args: Any, latest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [(each, str(each)) for each in range(latest, ANNEE_MIN - 1, -1)]  # type: ignore[attr-defined]


class RealisationsForm(forms.Form):
    """Whom a SIAE employed in a year: the total, then one count per public, empty when it is not known.

    The year goes with the figures that were shown: it is chosen before them, never over them.
    """

    annee = forms.IntegerField(label="Année", min_value=ANNEE_MIN, max_value=2100, widget=forms.HiddenInput)
    salaries = forms.IntegerField(
        label="Salariés en insertion employés dans l’année",
        min_value=1,
        max_value=100_000,
        help_text="Ceux dont vous connaissez la situation. Une personne compte dans chaque public dont elle relève.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for public in PublicPrioritaire:
            self.fields[public.value] = forms.IntegerField(
                label=f"Dont {public.label}",
                min_value=0,
                max_value=100_000,
                required=False,
                help_text="Laissez vide si vous ne savez pas.",
            )

    def get_ligne(self, siae: int) -> LigneRealisation:
        """Return the line of the SIAE, with the publics that are known."""
        counts = tuple(
            (public.value, self.cleaned_data[public.value])
            for public in PublicPrioritaire
            if self.cleaned_data[public.value] is not None
        )
        return LigneRealisation(siae, self.cleaned_data["annee"], self.cleaned_data["salaries"], counts)


class PratiquesFilter(FilterForm):
    """Public, kind, trades, words."""

    lookups = {
        "public": "public",
        "type": "type_siae",
        "groupe": "groupe",
        "mots": "titre__icontains",
    }
    public = forms.ChoiceField(label="Public", choices=PUBLICS)
    type = forms.ChoiceField(label="Type de SIAE", choices=TYPES)
    groupe = forms.ModelChoiceField(
        label="Métiers", queryset=GroupeSecteur.objects.order_by("ordre", "libelle"), empty_label="tous les métiers"
    )
    mots = forms.CharField(label="Mots du titre", max_length=100)


class PratiqueForm(forms.Form):
    """What was done and what came of it."""

    titre = forms.CharField(label="Titre", max_length=120)
    public = forms.ChoiceField(label="Public", choices=PublicPrioritaire.choices)
    type_siae = forms.ChoiceField(label="Type de SIAE", choices=TYPES, required=False)
    groupe = forms.ModelChoiceField(
        label="Métiers",
        queryset=GroupeSecteur.objects.order_by("ordre", "libelle"),
        required=False,
        empty_label="tous les métiers",
    )
    departement = forms.ChoiceField(label="Département", required=False)
    annee = forms.IntegerField(label="Année", min_value=2010, max_value=2100)
    action = forms.CharField(
        label="Ce qui a été fait",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Avec qui, combien de temps, à quel coût. Sans nommer personne.",
    )
    resultat = forms.CharField(label="Ce que cela a donné", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    part_avant = forms.DecimalField(label="Part du public avant (%)", required=False, localize=True)
    part_apres = forms.DecimalField(label="Part du public après (%)", required=False, localize=True)

    def __init__(self, *args: Any, departements: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].choices = [("", "toute la région"), *departements.items()]  # type: ignore[attr-defined]

    def get_fiche(self) -> FichePratique:
        """Return the action as typed."""
        return FichePratique(**self.cleaned_data)
