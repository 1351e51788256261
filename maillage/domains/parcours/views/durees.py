"""How long persons stay before they leave: a curve, its band, and the same figures as a list."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.domains.parcours.forms.sorties import DureesFilter
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.survie import MOIS, draw_cohorte
from maillage.foundations.kernel.drawings import Curve, CurveChart
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.foundations.kernel.templatetags.ui import decimal
from maillage.references.personnes.queries.chiffres import list_departements
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.domains.parcours.queries.survie import Cohorte, PointSurvie

ANNEES = 5


def _percent(name: str) -> Callable[[PointSurvie], str]:
    def value(point: PointSurvie) -> str:
        number = getattr(point, name)
        return "—" if number is None else decimal(number, 1)

    return value


class Durees(PersonnesScreen, ListScreen):
    """One cohort of one département: who is still in the SIAE after so many months."""

    permission = Permission.FIGURES
    title = "Durée des parcours"
    template_name = "parcours/sorties/durees.html"
    columns = (
        Column("mois", "Mois après l’entrée", "mois", numeric=True),
        Column("part", "Encore dans la SIAE", _percent("part"), numeric=True, unit="%"),
        Column("bas", "Au moins", _percent("bas"), numeric=True, unit="%"),
        Column("haut", "Au plus", _percent("haut"), numeric=True, unit="%"),
    )
    export_name = "duree-des-parcours"
    noun = ("point", "points")
    empty_title = "Trop peu d’entrées pour une courbe"
    empty_text = "Choisissez une autre année, un autre département ou tous les types de SIAE."

    @cached_property
    def departements(self) -> list[tuple[str, str]]:
        return list_departements(self.actor.membre)

    @cached_property
    def annees(self) -> list[int]:
        last = timezone.localdate().year - 1
        return [last - back for back in range(ANNEES)]

    @cached_property
    def form(self) -> DureesFilter:
        return DureesFilter(self.request.GET, annees=self.annees, departements=self.departements)

    @cached_property
    def cohorte(self) -> Cohorte:
        values = self.form.values
        code = values.get("departement") or (self.departements[0][0] if self.departements else "")
        annee = int(values.get("annee") or self.annees[0])
        return draw_cohorte([code], annee, timezone.localdate(), values.get("type", ""))

    def get_intro(self) -> str:
        return "De l’entrée dans une SIAE à la sortie. Qui y est encore compte jusqu’à ce jour, sans être dit sorti."

    def get_queryset(self) -> Sequence[PointSurvie]:
        return self.cohorte.points

    def get_context(self) -> dict[str, Any]:
        cohorte = self.cohorte
        return {
            **super().get_context(),
            "cohorte": cohorte,
            "mediane": None if cohorte.mediane is None else decimal(cohorte.mediane, 1),
            "p": None if cohorte.p is None else decimal(cohorte.p, 3),
            "differe": cohorte.p is not None and cohorte.p < 0.05,
            "drawing": draw_curve(cohorte),
            "secret": describe_secret(),
        }


def draw_curve(cohorte: Cohorte) -> CurveChart | None:
    """Return the curve between its two bounds, dashed; None with fewer than two points."""
    points = cohorte.points
    if len(points) < 2:
        return None
    end = next((mois for mois in MOIS if mois >= points[-1].mois), MOIS[-1])
    lows = [(each.mois, each.bas) for each in points if each.bas is not None]
    highs = [(each.mois, each.haut) for each in points if each.haut is not None]
    curves = [
        Curve("encore dans la SIAE", [(each.mois, each.part) for each in points]),
        Curve("au moins, à 95\u202f%", lows, reference=True),
        Curve("au plus, à 95\u202f%", highs, reference=True),
    ]
    return CurveChart(
        title="Encore dans la SIAE, mois après mois",
        description="Estimation de Kaplan-Meier, entre ses bornes à 95\u202f%.",
        x_label="mois après l’entrée",
        y_label="% des entrées",
        curves=curves,
        x_ticks=[(mois, str(mois)) for mois in MOIS if mois <= end],
        y_ticks=[(value, f"{value}\u202f%") for value in (0, 25, 50, 75, 100)],
        columns=("Mois", "Encore dans la SIAE (%)", "Au moins (%)", "Au plus (%)"),
        rows=[(each.mois, *(_percent(name)(each) for name in ("part", "bas", "haut"))) for each in points],
    )
