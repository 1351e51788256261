"""How the list of territories is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from maillage.foundations.kernel.screens import FilterForm
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.queries.liste import keep_departement, list_departements
from maillage.references.territoires.queries.recherche import filter_territoires

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.territoires.models import Territoire


class TerritoiresForm(FilterForm):
    """Words or code, level, département."""

    q = forms.CharField(
        label="Recherche", max_length=200, help_text="Nom ou code : « St-Denis », « 93200 », « Plaine Commune »."
    )
    niveau = forms.ChoiceField(label="Niveau", choices=[("", "tous les niveaux"), *Niveau.choices])
    departement = forms.ChoiceField(label="Département")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departement = self.fields["departement"]
        assert isinstance(departement, forms.ChoiceField)
        known = [(code, f"{nom} ({code})") for code, nom in list_departements(settings.MAILLAGE_REGION)]
        departement.choices = [("", "tous les départements"), *known]

    def apply(self, rows: QuerySet[Territoire]) -> QuerySet[Territoire]:
        """Return the territories that the filters keep, best match first when words are searched."""
        values = self.values
        if niveau := values.get("niveau"):
            rows = rows.filter(niveau=niveau)
        if departement := values.get("departement"):
            rows = keep_departement(rows, departement)
        return filter_territoires(rows, values["q"]) if "q" in values else rows
