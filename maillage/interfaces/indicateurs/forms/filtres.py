"""How the catalogue is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.foundations.analytics.declarations import Forme
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maillage.foundations.analytics.declarations import Ventilation
    from maillage.interfaces.indicateurs.queries.catalogue import Place, Rangee


class CatalogueFilter(FilterForm):
    """Year, objective of the strategy, words."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    objectif = forms.ChoiceField(label="Objectif de la stratégie")
    mots = forms.CharField(label="Mots du nom ou de la définition", max_length=100)

    def __init__(self, *args: Any, annees: Sequence[int], objectifs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [("", "la dernière connue"), *((each, str(each)) for each in annees)]  # type: ignore[attr-defined]
        self.fields["objectif"].choices = [("", "tous"), *((each, each) for each in objectifs)]  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[Rangee]) -> list[Rangee]:
        """Keep the objective and the words; the year was asked of the query."""
        values = self.values
        words = values.get("mots", "").casefold()
        return [
            row
            for row in rows
            if row.objectif == values.get("objectif", row.objectif)
            and words in f"{row.indicateur.libelle} {row.indicateur.definition}".casefold()
        ]


class FicheFilter(FilterForm):
    """By what an indicator is told, and where when it is not by territory."""

    par = forms.ChoiceField(label="Par")
    territoire = forms.ChoiceField(label="Territoire")

    def __init__(
        self, *args: Any, ventilations: Sequence[Ventilation], territoires: Mapping[Place, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["par"].choices = [("", "territoire"), *((each.axe, each.libelle) for each in ventilations)]  # type: ignore[attr-defined]
        departements = [(code, nom) for (niveau, code), nom in territoires.items() if niveau != Niveau.REGION]
        if any(each.forme is Forme.TABLE for each in ventilations):
            self.fields["territoire"].choices = [("", "toute la région"), *departements]  # type: ignore[attr-defined]
        else:
            del self.fields["territoire"]

    def apply(self, rows: Any) -> Any:
        """Both were asked of the query."""
        return rows
