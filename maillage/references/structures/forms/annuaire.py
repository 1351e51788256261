"""How the directory is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.foundations.kernel.screens import FilterForm
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.queries.secteurs import list_choix
from maillage.references.structures.queries.siae import list_siae
from maillage.references.territoires.queries.recherche import search_territoires

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.structures.models import Siae
    from maillage.references.territoires.models import Territoire


class AnnuaireForm(FilterForm):
    """Words, kind, sector, territory: whoever meets all that is asked."""

    q = forms.CharField(label="Nom, métier, ville ou SIRET", max_length=200)
    type = forms.ChoiceField(label="Type", choices=[("", "tous les types"), *TypeSiae.choices])
    secteur = forms.ChoiceField(label="Secteur")
    territoire = forms.CharField(label="Territoire (nom ou code)", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        secteur = self.fields["secteur"]
        assert isinstance(secteur, forms.ChoiceField)
        secteur.choices = [("", "tous les secteurs"), *list_choix()]

    def clean_territoire(self) -> Territoire | None:
        """Return the territory that the text means."""
        text: str = self.cleaned_data["territoire"]
        found = search_territoires(text, limit=1)
        if text and not found:
            raise ValidationError(f"Aucun territoire ne correspond à « {text} ».")
        return found[0] if found else None

    def apply(self, rows: QuerySet[Siae]) -> QuerySet[Siae]:
        """Return the SIAE that the filters keep, best match first when words are searched."""
        values = self.values
        secteur: str = values.get("secteur", "")
        return list_siae(
            text=values.get("q", ""),
            types=[values["type"]] if "type" in values else [],
            territoire=values.get("territoire"),
            groupe=secteur.removeprefix("groupe:") if secteur.startswith("groupe:") else "",
            secteur="" if secteur.startswith("groupe:") else secteur,
        )
