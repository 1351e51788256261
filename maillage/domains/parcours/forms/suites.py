"""What narrows the next steps of a person, and the moves of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.parcours.rules.suites import ORDRE
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.parcours.queries.mouvements import LigneMouvements
    from maillage.domains.parcours.queries.suites import Suite

TYPES = [(kind, TypeSiae(kind).label) for kind in ORDRE]
RAYONS = (5, 10, 20, 30, 50)


class SuitesFilter(FilterForm):
    """Which next steps are looked at; one whose distance is unknown is not within any."""

    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous"), *TYPES])
    rayon = forms.ChoiceField(
        label="Distance", choices=[("", "toutes"), *((str(km), f"moins de {km} km") for km in RAYONS)]
    )
    metier = forms.CharField(label="Métier (code ROME ou mots)", max_length=60)
    poste = forms.BooleanField(label="Avec un poste ouvert")

    def apply(self, rows: Sequence[Suite]) -> Sequence[Suite]:
        values = self.values
        kind, trade = values.get("type"), values.get("metier", "").casefold()
        km = int(values["rayon"]) if "rayon" in values else None
        return [
            each
            for each in rows
            if kind in {None, each.siae.type_siae}
            and (km is None or (each.distance_km is not None and each.distance_km <= km))
            and (not trade or (each.poste is not None and trade in _words(each)))
            and (each.poste is not None or not values.get("poste"))
        ]


class MouvementsFilter(FilterForm):
    """A département of one's own (the first unless another is asked for), a year, a kind that moves leave."""

    departement = forms.ChoiceField(label="Département")
    annee = forms.ChoiceField(label="Année")
    type = forms.ChoiceField(label="Depuis un type de SIAE", choices=[("", "tous"), *TYPES])

    def __init__(
        self, *args: Any, departements: Sequence[tuple[str, str]], annees: Sequence[int], annee: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("annee", [("", str(annee)), *((str(each), str(each)) for each in annees if each != annee)])
        if departements:
            (_, first), *others = departements
            self._choose("departement", [("", first), *others])
        else:
            del self.fields["departement"]

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def apply(self, rows: Sequence[LigneMouvements]) -> Sequence[LigneMouvements]:
        """Keep a kind; the département and the year were asked of the database."""
        asked = self.values.get("type")
        return [each for each in rows if asked in {None, each.type}]


def _words(suite: Suite) -> str:
    assert suite.poste is not None
    return f"{suite.poste} {suite.poste.rome} {suite.poste.rome.code}".casefold()
