"""How long persons stay before they leave: a curve, its band, and the same figures as a list."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst

from maillage.domains.parcours.forms.sorties import ComparaisonFilter, DureesFilter
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.survie import AXES, MOIS, REPERES, compare_strates, draw_cohorte, read_sejours
from maillage.foundations.kernel.drawings import Bar, BarChart, Curve, CurveChart
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.foundations.kernel.templatetags.ui import decimal
from maillage.references.personnes.queries.chiffres import list_departements
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.domains.parcours.queries.survie import Cohorte, PointSurvie, Strate

ANNEES = 5
REPERE, BARRES, SEUIL, MOINDRE = 12, 20, 0.05, 0.001
SECRET = "secret"  # noqa: S105  (a word of the tables)


def _percent(name: str) -> Callable[[PointSurvie], str]:
    def value(point: PointSurvie) -> str:
        number = getattr(point, name)
        return "—" if number is None else decimal(number, 1)

    return value


class CohortesScreen(PersonnesScreen, ListScreen):
    """Those who entered in a year in a département of one's own."""

    permission = Permission.FIGURES

    @cached_property
    def departements(self) -> list[tuple[str, str]]:
        return list_departements(self.actor.membre)

    @cached_property
    def annees(self) -> list[int]:
        last = timezone.localdate().year - 1
        return [last - back for back in range(ANNEES)]

    @property
    def annee(self) -> int:
        return int(self.form.values.get("annee") or self.annees[0]) if self.form else self.annees[0]

    @property
    def departement(self) -> str:
        """The one that was asked for, else the first."""
        asked = self.form.values.get("departement") if self.form else None
        return asked or (self.departements[0][0] if self.departements else "")


class Durees(CohortesScreen):
    """One cohort of one département, or one of its strata: who is still in the SIAE after so many months."""

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
    empty_text = "Choisissez une autre année, un autre département ou tout le monde."

    @cached_property
    def form(self) -> DureesFilter:
        return DureesFilter(self.request.GET, annees=self.annees, departements=self.departements)

    @cached_property
    def cohorte(self) -> Cohorte:
        on = timezone.localdate()
        return draw_cohorte(read_sejours([self.departement], self.annee, on), on, *self.form.strate)

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
            "differe": cohorte.p is not None and cohorte.p < SEUIL,
            "drawing": draw_curve(cohorte),
            "secret": describe_secret(),
        }


class DureesComparees(CohortesScreen):
    """The strata of a cohort side by side: by kind, public, trade, or the départements of one's own."""

    title = "Durées comparées"
    parents = (("Durée des parcours", "parcours:sorties_durees"),)
    template_name = "parcours/sorties/durees_comparees.html"
    export_name = "durees-comparees"
    noun = ("ligne", "lignes")
    default_sort = ""
    page_size = 100
    empty_title = "Personne n’est entré cette année-là"
    empty_text = "Choisissez une autre année ou un autre département."

    @cached_property
    def form(self) -> ComparaisonFilter:
        return ComparaisonFilter(self.request.GET, annees=self.annees, departements=self.departements)

    @property
    def axe(self) -> str:
        return self.form.values.get("par") or "type"

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The stratum, how many entered, the median, then who is left after some months, between its bounds."""
        return (
            Column("strate", capfirst(AXES[self.axe]), self.name, link=self.link),
            Column("effectif", "Entrées", _effectif, sort="nombre", numeric=True),
            Column("mediane", "Durée médiane", _mediane, numeric=True, unit="mois"),
            *(Column(f"m{mois}", f"Encore là à {mois} mois", _reste(mois), numeric=True, unit="%") for mois in REPERES),
            Column("p", "Diffère des autres", _differe),
        )

    def name(self, row: Strate) -> str:
        """Départements by their names."""
        name = dict(self.departements).get(row.code, row.libelle) if self.axe == "departement" else row.libelle
        return capfirst(name)

    def link(self, row: Strate) -> str:
        """Lead to the curve."""
        asked = {"annee": str(self.annee)}
        if self.axe == "departement":
            asked["departement"] = row.code
        else:
            asked |= {"departement": self.departement, **_asked(self.axe, row.code)}
        return f"{reverse('parcours:sorties_durees')}?{urlencode(asked)}"

    @cached_property
    def strates(self) -> list[Strate]:
        on = timezone.localdate()
        codes = [code for code, _ in self.departements] if self.axe == "departement" else [self.departement]
        return compare_strates(read_sejours(codes, self.annee, on), on, self.axe)

    def get_intro(self) -> str:
        names = dict(self.departements)
        where = "dans vos départements" if self.axe == "departement" else f"({names.get(self.departement, '')})"
        return f"Les personnes entrées dans une SIAE en {self.annee} {where}, et combien de temps elles y restent."

    def get_queryset(self) -> Sequence[Strate]:
        return self.strates

    def get_context(self) -> dict[str, Any]:
        bars = [(self.name(each), each.a(REPERE)) for each in self.strates]
        drawing = BarChart(
            title=f"Encore dans la SIAE à {REPERE} mois",
            description="Estimation de Kaplan-Meier.",
            unit="%",
            subject=capfirst(AXES[self.axe]),
            bars=[Bar(name, round(point.part, 1)) for name, point in bars if point],
            digits=1,
        )
        return {
            **super().get_context(),
            "drawing": drawing if 1 < len(drawing.bars) <= BARRES else None,
            "secret": describe_secret(),
        }


def _asked(axe: str, code: str) -> dict[str, str]:
    return {"metier": code} if axe == "rome" else {"qui": f"{axe}:{code}"}


def _effectif(row: Strate) -> int | str:
    return SECRET if row.cohorte.effectif is None else row.cohorte.effectif


def _mediane(row: Strate) -> str:
    if row.cohorte.effectif is None:
        return SECRET
    return "non atteinte" if row.cohorte.mediane is None else decimal(row.cohorte.mediane, 1)


def _reste(mois: int) -> Callable[[Strate], str]:
    def value(row: Strate) -> str:
        if row.cohorte.effectif is None:
            return SECRET
        point = row.a(mois)
        if point is None:
            return "—"
        bounds = f"{decimal(point.bas, 0)} à {decimal(point.haut, 0)}" if point.bas is not None else "bornes inconnues"
        return f"{decimal(point.part, 1)} ({bounds})"

    return value


def _differe(row: Strate) -> str:
    if row.p is None:
        return "—"
    shown = "p < 0,001" if row.p < MOINDRE else f"p = {decimal(row.p, 3)}"
    return f"{'oui' if row.p < SEUIL else 'rien ne le dit'} ({shown})"


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
