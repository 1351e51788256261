"""Moves from a SIAE to another: who goes where, after how long, without a name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.text import capfirst

from maillage.domains.parcours.forms.suites import MouvementsFilter
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.mouvements import DELAI, count_mouvements, list_annees
from maillage.domains.parcours.rules.suites import ORDRE
from maillage.foundations.kernel.drawings import Bar, BarChart, Flow, FlowChart
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.references.personnes.queries.chiffres import list_departements
from maillage.references.personnes.views.base import PersonnesScreen
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Callable

    from maillage.domains.parcours.queries.mouvements import LigneMouvements, Tableau

SECRET = "secret"  # noqa: S105  (a word of the tables)


def _effectif(place: int) -> Callable[[LigneMouvements], int | str]:
    def value(ligne: LigneMouvements) -> int | str:
        number = ligne.effectifs[place]
        return SECRET if number is None else number

    return value


def _suivis(ligne: LigneMouvements) -> str:
    if ligne.suivis is not None:
        return str(ligne.suivis)
    return "—" if ligne.sejours == 0 else SECRET


def _duree(ligne: LigneMouvements) -> int | str:
    if ligne.duree is not None:
        return ligne.duree
    return "—" if ligne.sejours == 0 else SECRET


class Mouvements(PersonnesScreen, ListScreen):
    """The moves of a year, of those who live in a département, or from and to the SIAE of one's organisation."""

    permission = Permission.MOVES
    title = "Parcours entre SIAE"
    template_name = "parcours/suites/mouvements.html"
    columns = (
        Column("de", "Depuis", lambda ligne: capfirst(ligne.type)),
        *(Column(kind.lower(), f"Vers {kind}", _effectif(place), numeric=True) for place, kind in enumerate(ORDRE)),
        Column("total", "Ensemble", _effectif(len(ORDRE)), numeric=True),
        Column(
            "sejours", "Séjours finis", lambda ligne: SECRET if ligne.sejours is None else ligne.sejours, numeric=True
        ),
        Column("suivis", "Suivis d’une autre SIAE", _suivis),
        Column("duree", "Durée médiane", _duree, numeric=True, unit="jours"),
    )
    export_name = "parcours-entre-siae"
    noun = ("ligne", "lignes")
    empty_title = "Votre organisation ne répond d’aucun département"
    empty_text = "Demandez à un exploitant d’inscrire le territoire de compétence de votre organisation."

    @property
    def is_siae(self) -> bool:
        """Whether one acts for a SIAE: it reads the moves from and to itself."""
        return self.actor.membre is not None and self.actor.membre.profil_role in SIAE

    @cached_property
    def departements(self) -> list[tuple[str, str]]:
        """Those that one's organisation answers for; none for a SIAE."""
        return [] if self.is_siae else list_departements(self.actor.membre)

    @cached_property
    def siae(self) -> list[int]:
        """The SIAE of one's organisation."""
        membre = self.actor.membre
        if not self.is_siae or membre is None:
            return []
        return list(Siae.objects.filter(organisation=membre.organisation_id).values_list("pk", flat=True))

    @cached_property
    def form(self) -> MouvementsFilter:
        on = timezone.localdate()
        return MouvementsFilter(
            self.request.GET, departements=self.departements, annees=list_annees(on), annee=on.year - 1
        )

    @property
    def annee(self) -> int:
        """The year asked for, else the last one that is over."""
        return int(self.form.values.get("annee") or timezone.localdate().year - 1)

    @property
    def departement(self) -> tuple[str, str]:
        """The département asked for, else the first."""
        asked = self.form.values.get("departement")
        return next((each for each in self.departements if each[0] == asked), self.departements[0])

    def get_intro(self) -> str:
        if self.is_siae:
            return (
                f"Les personnes passées de nos SIAE à une autre, ou d’une autre aux nôtres, en {self.annee}. Aucun nom."
            )
        if not self.departements:
            return "Qui passe d’une SIAE à une autre. Aucun nom."
        return f"Les personnes passées d’une SIAE à une autre en {self.annee}, {self.departement[1]}. Aucun nom."

    @cached_property
    def tableau(self) -> Tableau | None:
        """The moves asked for; None without a territory."""
        on = timezone.localdate()
        if self.is_siae:
            return count_mouvements(self.annee, on, siae=self.siae)
        if not self.departements:
            return None
        return count_mouvements(self.annee, on, departement=self.departement[0])

    def get_queryset(self) -> list[LigneMouvements]:
        return self.tableau.lignes if self.tableau else []

    def get_context(self) -> dict[str, Any]:
        found = self.tableau
        return {
            **super().get_context(),
            "drawing": self._flow(found) if found else None,
            "ecarts": self._gaps(found) if found else None,
            "caches": found is not None and any(number is None for _, number in found.ecarts),
            "delai": get_parametre(f"parcours.{DELAI}", on=timezone.localdate()),
            "secret": describe_secret(),
            "is_siae": self.is_siae,
        }

    def _flow(self, tableau: Tableau) -> FlowChart | None:
        flows = [
            Flow(ligne.type, kind, ligne.effectifs[place])
            for ligne in tableau.lignes
            if not ligne.ensemble
            for place, kind in enumerate(ORDRE)
        ]
        if not any(each.value for each in flows):
            return None
        return FlowChart(
            title="D’une SIAE à une autre",
            description="À gauche le type quitté, à droite celui qui embauche. L’épaisseur dit combien.",
            unit="personnes",
            nodes=ORDRE,
            flows=flows,
            names=("Depuis", "Vers"),
        )

    def _gaps(self, tableau: Tableau) -> BarChart | None:
        bars = [Bar(label, number) for label, number in tableau.ecarts]
        if not any(bar.value for bar in bars):
            return None
        return BarChart("Jours sans contrat entre deux SIAE", "Passages de l’année.", "passages", bars, "Jours")
