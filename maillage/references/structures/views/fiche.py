"""The sheet of one SIAE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse

from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.screens import DetailScreen
from maillage.references.structures.permissions import Permission
from maillage.references.structures.queries.carte import draw_sites
from maillage.references.structures.queries.fiche import Annee, get_siae, list_annees, list_evenements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.structures.models import Siae
    from maillage.references.territoires.models import Territoire


def _diagnostic(territoire: Territoire) -> str:
    return reverse("diagnostics:territoire", args=[territoire.niveau, territoire.code])


class Fiche(DetailScreen):
    """Who it is, where it stands, what it does, how many people it employs, what was written of it."""

    permission = Permission.VIEW
    portee = "toutes les structures"
    template_name = "structures/fiche.html"
    parents = (("Annuaire des SIAE", "structures:list"),)
    object: Siae

    def get_object(self) -> Siae:
        siae = get_siae(self.kwargs["pk"])
        if siae is None:
            raise Http404("Cette SIAE n’est pas dans l’annuaire.")
        return siae

    def get_title(self) -> str:
        return self.object.nom

    def get_intro(self) -> str:
        label = self.object.get_type_siae_display()
        return f"{label[0].upper()}{label[1:]} ({self.object.type_siae})"

    def get_context(self) -> dict[str, Any]:
        siae, annees = self.object, list_annees(self.object)
        sites = list(siae.implantations.all())
        return {
            **super().get_context(),
            "sites": [(site, _diagnostic(site.commune)) for site in sites],
            "zones": [(zone.territoire, _diagnostic(zone.territoire)) for zone in siae.zones.all()],
            "activites": list(siae.activites.all()),
            "drawing": draw_sites(sites),
            "annees": annees,
            "derniere": annees[0] if annees else None,
            "chart": _chart(annees),
            "evenements": list_evenements(siae),
        }


def _chart(annees: Sequence[Annee]) -> BarChart | None:
    """Return the full-time equivalents worked year by year; nothing to draw of a single year."""
    known = [annee for annee in reversed(annees) if annee.etp_realises is not None]
    if len(known) < 2:
        return None
    bars = [Bar(str(annee.annee), annee.etp_realises) for annee in known]
    return BarChart("ETP réalisés", "Équivalents temps plein travaillés dans l’année.", "ETP", bars, "Année", digits=2)
