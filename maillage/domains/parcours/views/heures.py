"""The hours of a SIAE: its year month by month with the ETP, and the grid of a month."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.forms.heures import HeuresForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.contrats import own_siae
from maillage.domains.parcours.queries.heures import describe_annee, heures_par_etp, list_annees, list_lignes
from maillage.domains.parcours.rules.contrats import heures_comptees
from maillage.domains.parcours.rules.heures import check_mois, etp_mois, mois_precedent, premier
from maillage.domains.parcours.services.heures import record_heures
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.screens import ActScreen, Screen
from maillage.foundations.kernel.templatetags.ui import de, mois_en_lettres
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.paginator import Page
    from django.db.models import Model

    from maillage.domains.parcours.queries.heures import AnneeSiae, LigneHeures
    from maillage.references.structures.models import Siae

PAR_PAGE = 200  # contracts: nearly every SIAE holds on one page


class Heures(PersonnesScreen, Screen):
    """The year of each of one's SIAE, month by month: hours, what is missing, ETP against what was granted."""

    permission = Permission.HIRE
    title = "Heures et ETP"
    intro = "Mois par mois\u202f: les heures saisies, celles qui manquent, et les ETP face à ceux de la convention."
    template_name = "parcours/contrats/heures.html"

    @cached_property
    def siae(self) -> list[Siae]:
        """The SIAE of one's organisation."""
        return list(own_siae(self.actor))

    @cached_property
    def choisie(self) -> Siae | None:
        """The SIAE of the address, among one's own, else the first."""
        asked = self.request.GET.get("siae", "")
        return next((each for each in self.siae if str(each.pk) == asked), self.siae[0] if self.siae else None)

    def get_context(self) -> dict[str, Any]:
        siae, on = self.choisie, timezone.localdate()
        if siae is None:
            return {"siae": None}
        annees, asked = list_annees(siae, on), self.request.GET.get("annee", "")
        annee = int(asked) if asked.isdecimal() and int(asked) in annees else on.year
        found = describe_annee(siae, annee, on)
        return {
            "siae": siae,
            "choix": [(each, each.pk == siae.pk) for each in self.siae],
            "annees": [(each, each == annee) for each in annees],
            "annee": found,
            "mois": [(row, month_url(siae, row.mois), mois_en_lettres(row.mois)) for row in found.mois],
            "dernier": found.mois[0] if found.mois else None,
            "saisir": month_url(siae, mois_precedent(on)),
            "drawing": draw_annee(found),
            "payees": heures_comptees(siae.type_siae) == "heures_payees",
        }


class HeuresMois(PersonnesScreen, ActScreen):
    """The hours of every contract of a SIAE in a month, on one page, saved at once."""

    permission = Permission.HIRE
    portee = "les SIAE de son organisation"
    template_name = "parcours/contrats/heures_mois.html"
    form_class = HeuresForm
    submit_label = "Enregistrer les heures du mois"
    success_message = "Les heures du mois sont enregistrées."

    @cached_property
    def siae(self) -> Siae:
        """The SIAE of the address, among one's own."""
        found = own_siae(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404("Cette SIAE n’existe pas, ou n’est pas de votre organisation.")
        return found

    @cached_property
    def mois(self) -> date:
        """The month of the address (`?mois=2026-10`), else the last one that is over."""
        asked, on = self.request.GET.get("mois", ""), timezone.localdate()
        if not asked:
            return mois_precedent(on)
        try:
            mois = date.fromisoformat(f"{asked}-01")
        except ValueError as error:
            raise Http404("Un mois s’écrit 2026-10.") from error
        if check_mois(mois, on):
            raise Http404("Ce mois n’a pas commencé.")
        return mois

    @cached_property
    def toutes(self) -> list[LigneHeures]:
        """Every contract of the month."""
        return list_lignes(self.actor, self.siae, self.mois)

    @cached_property
    def page(self) -> Page[LigneHeures]:
        """Those of the page: a form carries no more cells than a request may."""
        return Paginator(self.toutes, PAR_PAGE).get_page(self.request.GET.get("page"))

    def readings(self) -> Iterable[Model]:
        return {ligne.contrat.personne_id: ligne.contrat.personne for ligne in self.page}.values()

    def get_title(self) -> str:
        return f"Heures {de(mois_en_lettres(self.mois))}"

    def get_intro(self) -> str:
        return f"{self.siae}. Une case vide est inconnue, zéro est zéro."

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Heures et ETP", f"{reverse('parcours:heures')}?siae={self.siae.pk}")]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"lignes": list(self.page)}

    def get_context(self) -> dict[str, Any]:
        counted = heures_comptees(self.siae.type_siae)
        other = "heures" if counted == "heures_payees" else "heures_payees"
        known = [
            value
            for ligne in self.toutes
            if (value := _first(getattr(ligne.actuel, counted), getattr(ligne.actuel, other))) is not None
        ]
        unit = heures_par_etp(self.siae.type_siae, self.mois)
        after = add_months(self.mois, 1)
        return {
            "siae": self.siae,
            "mois": self.mois,
            "nom_mois": mois_en_lettres(self.mois),
            "nom_precedent": mois_en_lettres(mois_precedent(self.mois)),
            "avant": month_url(self.siae, mois_precedent(self.mois)),
            "apres": month_url(self.siae, after) if after <= premier(timezone.localdate()) else "",
            "nombre": len(self.toutes),
            "page": self.page,
            "saisis": len(known),
            "total": sum(known) if known else None,
            "etp": etp_mois(sum(known), unit.value) if known and unit else None,
            "unite": unit,
            "payees": counted == "heures_payees",
        }

    def perform(self, form: HeuresForm) -> str:
        record_heures(siae=self.siae, mois=self.mois, saisies=form.saisies, actor=self.actor, on=timezone.localdate())
        here = month_url(self.siae, self.mois)
        return f"{here}&page={self.page.number}" if self.page.has_other_pages() else here


def draw_annee(annee: AnneeSiae) -> BarChart | None:
    """Return the ETP of each month; None when none is known."""
    if all(row.etp is None for row in annee.mois):
        return None
    bars: Sequence[Bar] = [Bar(mois_en_lettres(row.mois), row.etp) for row in reversed(annee.mois)]
    if annee.conventionnes is not None:
        bars = [*bars, Bar("ETP conventionnés", annee.conventionnes, strong=True)]
    return BarChart(
        f"ETP réalisés en {annee.annee}",
        "Heures du mois, rapportées à celles d’un temps plein.",
        "ETP",
        bars,
        subject="Mois",
        digits=2,
    )


def month_url(siae: Siae, mois: date) -> str:
    """Return the grid of a month."""
    return f"{reverse('parcours:heures_mois', args=[siae.pk])}?mois={mois:%Y-%m}"


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
