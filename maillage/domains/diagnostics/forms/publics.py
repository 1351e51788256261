"""How the series and the profiles are narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.diagnostics.queries.publics import list_familles, list_publics
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.profils import LigneProfil
    from maillage.domains.diagnostics.queries.publics import Serie


class SerieFilter(FilterForm):
    """By family, public, level, year."""

    famille = forms.ChoiceField(label="Famille")
    public = forms.ChoiceField(label="Public")
    niveau = forms.ChoiceField(label="Niveau", choices=[("", "tous les niveaux"), *Niveau.choices])
    annee = forms.IntegerField(label="Année", min_value=1990, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        publics = [(code, public.libelle) for code, public in list_publics().items()]
        familles = [(famille, famille) for famille in list_familles()]
        self.fields["famille"].choices = [("", "toutes les familles"), *familles]  # type: ignore[attr-defined]
        self.fields["public"].choices = [("", "tous les publics"), *publics]  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[Serie]) -> list[Serie]:
        values = self.values
        return [
            row
            for row in rows
            if values.get("famille", row.famille) == row.famille
            and values.get("public", row.public.code) == row.public.code
            and values.get("niveau", row.niveau) == row.niveau
            and values.get("annee", row.annee) == row.annee
        ]


class ProfilFilter(FilterForm):
    """The year that is told, and the families of publics."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    famille = forms.ChoiceField(label="Famille")

    def __init__(self, *args: Any, annees: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        familles = [(famille, famille) for famille in list_familles()]
        years = [(year, str(year)) for year in annees]
        self.fields["annee"].choices = [("", "la dernière connue"), *years]  # type: ignore[attr-defined]
        self.fields["famille"].choices = [("", "toutes les familles"), *familles]  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[LigneProfil]) -> list[LigneProfil]:
        famille = self.values.get("famille")
        return [row for row in rows if not famille or row.famille == famille]


class SalariesFilter(FilterForm):
    """The territory whose months are shown."""

    territoire = forms.ChoiceField(label="Territoire")

    def __init__(self, *args: Any, lieux: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territoire"].choices = lieux  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[Any]) -> Sequence[Any]:
        return rows
