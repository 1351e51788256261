"""What is asked of the permanent staff of a SIAE, and how their list is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.parcours.enums.encadrement import Fonction
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from maillage.domains.parcours.queries.encadrement import LigneEncadrement

SITUATIONS = ("dans le repère", "moins de moyens que le repère", "plus de moyens que le repère", "non renseigné")


class PermanentsForm(forms.Form):
    """A year, and the ETP of each function: empty is unknown, 0 is nobody."""

    annee = forms.TypedChoiceField(label="Année", coerce=int)

    def __init__(self, *args: Any, latest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [(each, str(each)) for each in range(latest, latest - 6, -1)]  # type: ignore[attr-defined]
        for fonction in Fonction:
            self.fields[fonction.value] = forms.DecimalField(
                label=f"ETP · {fonction.label}",
                required=False,
                localize=True,
                min_value=0,
                max_value=500,
                max_digits=6,
                decimal_places=2,
            )

    @property
    def etp(self) -> dict[str, Decimal | None]:
        """What was typed, by function."""
        return {fonction: self.cleaned_data[fonction] for fonction in Fonction.values}


class EncadrementFilter(FilterForm):
    """Kind, département, situation, name."""

    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous"), *TypeSiae.choices])
    departement = forms.ChoiceField(label="Département")
    situation = forms.ChoiceField(label="Situation", choices=[("", "toutes"), *((each, each) for each in SITUATIONS)])
    nom = forms.CharField(label="Nom", max_length=100)

    def __init__(self, *args: Any, departements: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].choices = [("", "tous"), *departements.items()]  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[LigneEncadrement]) -> list[LigneEncadrement]:
        """Return the SIAE that the filters keep."""
        values = self.values
        name = values.get("nom", "").casefold()
        return [
            row
            for row in rows
            if row.siae.type_siae == values.get("type", row.siae.type_siae)
            and row.departement == values.get("departement", row.departement)
            and row.encadrement.situation == values.get("situation", row.encadrement.situation)
            and name in row.siae.nom.casefold()
        ]
