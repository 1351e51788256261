"""Counts of persons, never their names."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.personnes.forms.traces import ChiffresFilter
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.chiffres import (
    LIGNES,
    count_personnes,
    last_day,
    list_departements,
)
from maillage.references.personnes.rules import TRANCHES
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from maillage.references.personnes.queries.chiffres import Ligne

TU = "secret"


def _effectif(place: int) -> Callable[[Ligne], int | str]:
    def value(ligne: Ligne) -> int | str:
        number = ligne.effectifs[place]
        return TU if number is None else number

    return value


class Chiffres(PersonnesScreen, ListScreen):
    """The tables of the départements that the organisation answers for."""

    permission = Permission.FIGURES
    title = "Chiffres des personnes suivies"
    columns = (
        Column("departement", "Département", "departement"),
        Column("type", "Type de relation", "type"),
        Column("sexe", "Sexe", "sexe"),
        *(
            Column(f"t{place}", label.capitalize(), _effectif(place), numeric=True)
            for place, label in enumerate(TRANCHES)
        ),
        Column("total", "Ensemble", _effectif(len(TRANCHES)), numeric=True),
    )
    template_name = "personnes/chiffres.html"
    page_size = len(LIGNES) + 1  # one département a page
    export_name = "personnes-suivies"
    noun = ("ligne", "lignes")
    empty_title = "Votre organisation ne répond d’aucun département"
    empty_text = "Demandez à un exploitant d’inscrire le territoire de compétence de votre organisation."

    @cached_property
    def form(self) -> ChiffresFilter:
        """The month and the département, among those of the organisation."""
        return ChiffresFilter(self.request.GET, departements=self.departements)

    @cached_property
    def mois(self) -> date:
        """The first day of the month asked for."""
        asked: date | None = self.form.values.get("mois")
        return asked or timezone.localdate().replace(day=1)

    @cached_property
    def departements(self) -> list[tuple[str, str]]:
        return list_departements(self.actor.membre)

    def get_intro(self) -> str:
        return f"Au {last_day(self.mois):%d/%m/%Y}, d’après les relations connues aujourd’hui. Aucun nom."

    def get_queryset(self) -> list[Ligne]:
        asked = self.form.values.get("departement")
        return count_personnes([each for each in self.departements if asked in {None, each[0]}], self.mois)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "secret": get_effectif_min(last_day(self.mois))}
