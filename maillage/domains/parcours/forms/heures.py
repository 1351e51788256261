"""The grid of a month: two cells per contract, named after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.parcours.forms.contrats import HeuresField
from maillage.domains.parcours.rules.heures import Saisie, cellule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.forms import BoundField

    from maillage.domains.parcours.queries.heures import LigneHeures

COLONNES = (("heures", "heures travaillées"), ("heures_payees", "heures payées"))


class HeuresForm(forms.Form):
    """The hours of every contract of a SIAE in a month. An empty cell is unknown, zero is zero."""

    use_required_attribute = False

    def __init__(self, *args: Any, lignes: Sequence[LigneHeures], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lignes = lignes
        for ligne in lignes:
            for name, label in COLONNES:
                self.fields[cellule(name, ligne.contrat.pk)] = HeuresField(
                    label=f"{ligne.contrat.personne}, {label}",
                    required=False,
                    initial=getattr(ligne.actuel, name),
                    max_digits=None,
                    error_messages={"invalid": "Un nombre d’heures\u202f: 104,5."},
                )

    def rows(self) -> Iterator[tuple[LigneHeures, list[BoundField]]]:
        """Yield each contract with its cells."""
        for ligne in self.lignes:
            yield ligne, [self[cellule(name, ligne.contrat.pk)] for name, _ in COLONNES]

    @property
    def saisies(self) -> dict[int, Saisie]:
        """What was typed, by contract: only the lines that someone changed, so that a colleague's are not undone."""
        changed = set(self.changed_data)
        return {
            pk: Saisie(*(self.cleaned_data[name] for name in names))
            for ligne in self.lignes
            if (pk := ligne.contrat.pk) and changed & set(names := [cellule(name, pk) for name, _ in COLONNES])
        }
