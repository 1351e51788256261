"""The obstacles of the employees of a SIAE: declared to the ASP, and written down here."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.domains.parcours.forms.accompagnement import FreinsFilter
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.freins import list_annexes, list_freins, list_siae
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from maillage.domains.parcours.queries.freins import LigneFrein
    from maillage.references.structures.models import Siae


def _declare(compte: str) -> Callable[[LigneFrein], int | None]:
    return lambda row: row.declare[compte]


def _constate(compte: str) -> Callable[[LigneFrein], int]:
    return lambda row: row.constate[compte]


COMPTES = (
    ("concernes", "concernés"),
    ("internes", "suivis dans la SIAE"),
    ("externes", "par un partenaire"),
    ("deux", "par les deux"),
)


class Freins(PersonnesScreen, ListScreen):
    """One SIAE of one's own: the eight obstacles, in counts."""

    permission = Permission.SUPPORT
    title = "Freins déclarés et constatés"
    parents = (("Mes accompagnements", "parcours:mes_accompagnements"),)
    template_name = "parcours/accompagnement/freins.html"
    columns = (
        Column("frein", "Frein", lambda row: f"{row.frein.label[:1].upper()}{row.frein.label[1:]}"),
        *(Column(f"d_{name}", f"Déclarés\u202f: {label}", _declare(name), numeric=True) for name, label in COMPTES),
        *(Column(f"c_{name}", f"Constatés\u202f: {label}", _constate(name), numeric=True) for name, label in COMPTES),
    )
    export_name = "freins"
    default_sort = ""
    noun = ("frein", "freins")
    empty_title = "Votre organisation ne porte aucune SIAE active"
    empty_text = "Demandez à un exploitant de la rattacher."

    @cached_property
    def siae(self) -> list[Siae]:
        return list_siae(self.actor)

    @cached_property
    def choisie(self) -> Siae | None:
        asked = self.request.GET.get("siae", "")
        return next((each for each in self.siae if str(each.pk) == asked), next(iter(self.siae), None))

    @cached_property
    def annexes(self) -> list[tuple[str, date, date | None]]:
        return list_annexes(self.choisie) if self.choisie else []

    @cached_property
    def form(self) -> FreinsFilter | None:
        """Only where there is something to choose."""
        found = FreinsFilter(self.request.GET, siae=self.siae, annexes=self.annexes)
        return found if found.fields else None

    @property
    def annexe(self) -> str:
        """The one that was asked for, else the latest."""
        asked = self.form.values.get("annexe") if self.form else None
        return asked or (self.annexes[0][0] if self.annexes else "")

    def get_intro(self) -> str:
        return "Ce que la SIAE a déclaré à l’ASP, à côté de ce que ses accompagnements disent aujourd’hui. Aucun nom."

    def get_queryset(self) -> list[LigneFrein]:
        if self.choisie is None:
            return []
        return list_freins(self.actor, self.choisie, self.annexe, timezone.localdate())

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "declare": bool(self.annexes), "choisie": self.choisie}
