"""How the pages on the supply and on the local economy are narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.domains.diagnostics.queries.offre_iae import list_annees
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.economie.queries.metiers import list_annees as list_enquetes
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import GroupeSecteur
from maillage.references.territoires.queries.recherche import search_territoires

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.territoires.models import Territoire


class TerritoireForm(FilterForm):
    """Which territory, unless the address tells."""

    territoire = forms.CharField(
        label="Territoire",
        max_length=200,
        help_text="Commune, EPT, bassin, zone d’emploi, département\u202f: nom ou code.",
    )

    def clean_territoire(self) -> Territoire | None:
        """Return the territory that the text means."""
        return _find(self.cleaned_data["territoire"])


class EconomieForm(TerritoireForm):
    """Which territory, which survey."""

    annee = forms.TypedChoiceField(label="Année de l’enquête", coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["annee"], "la plus récente", [(str(year), str(year)) for year in list_enquetes()])


class OffreForm(TerritoireForm):
    """Which territory, kind, sector, year, and from where distances go."""

    type = forms.ChoiceField(label="Type", choices=[("", "tous les types"), *TypeSiae.choices])
    groupe = forms.ChoiceField(label="Secteur")
    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    lieu = forms.CharField(
        label="Distances depuis", max_length=200, help_text="Une commune\u202f; à défaut, le point du territoire."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = list(GroupeSecteur.objects.order_by("ordre").values_list("code", "libelle"))
        _choose(self.fields["groupe"], "tous les secteurs", groups)
        _choose(self.fields["annee"], "année de référence", [(str(year), str(year)) for year in list_annees()])

    def clean_lieu(self) -> Territoire | None:
        """Return the place that the text means."""
        return _find(self.cleaned_data["lieu"])

    def apply(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Keep the rows: the supply was computed for what was asked."""
        return rows


def _choose(field: forms.Field, nothing: str, choices: Sequence[tuple[str, str]]) -> None:
    field.choices = [("", nothing), *choices]  # type: ignore[attr-defined]


def _find(text: str) -> Territoire | None:
    found = search_territoires(text, limit=1)
    if text and not found:
        raise ValidationError(f"Aucun territoire ne correspond à «\u202f{text}\u202f».")
    return found[0] if found else None
