"""The local labour market."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from maillage.domains.entreprises.forms.partenariats import (
    MarcheFilter,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.marche import MarcheLocal, get_marche_local
from maillage.domains.entreprises.views.base import EntreprisesScreen
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.references.economie.queries.metiers import find_territoire
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.queries.liste import list_departements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.entreprises.queries.marche import LigneMarche


class Marche(EntreprisesScreen, ListScreen):
    """What employers want, trade by trade, beside where those who leave a SIAE go."""

    permission = Permission.VIEW_MARCHE
    title = "Marché du travail local"
    template_name = "entreprises/marche.html"
    columns = (
        Column(
            "metier",
            "Métier",
            "metier.libelle",
            sort="metier.libelle",
            link=lambda row: reverse("economie:metier", args=[row.metier.fap.nomenclature, row.metier.fap.code]),
        ),
        Column("code", "Code", "metier.code", sort="metier.code"),
        Column("projets", "Projets de recrutement", "metier.projets_lus", sort="metier.projets", numeric=True),
        Column("tension", "Tension", "metier.tension_lue", sort="metier.tension_max"),
        Column("offres", "Offres d’emploi", "metier.offres", sort="metier.offres", numeric=True),
        Column("besoins", "Postes annoncés aux SIAE", "besoins", sort="besoins", numeric=True),
        Column("sorties", "Sorties vers l’emploi", "sorties_lues", sort="sorties", numeric=True),
    )
    default_sort = "-projets"
    export_name = "marche-du-travail"
    noun = ("métier", "métiers")
    empty_title = "Aucun métier"
    empty_text = "Élargissez la recherche, ou importez l’enquête « Besoins en main-d’œuvre »."
    empty_url = "/imports/"
    empty_label = "Importer un fichier"

    @cached_property
    def form(self) -> MarcheFilter:
        return MarcheFilter(self.request.GET, departements=list_departements(settings.MAILLAGE_REGION))

    @cached_property
    def local(self) -> MarcheLocal | None:
        """What is known of the territory asked for."""
        code = self.form.values.get("departement")
        level = Niveau.DEPARTEMENT if code else Niveau.REGION
        territoire = find_territoire(level, code or settings.MAILLAGE_REGION)
        return get_marche_local(territoire, self.today) if territoire else None

    def get_queryset(self) -> Sequence[LigneMarche]:
        return self.local.lignes if self.local else ()

    def get_intro(self) -> str:
        where = self.local.marche.zones.territoire.nom if self.local else "la région"
        return (
            f"{where}\u202f: ce que les employeurs recherchent, et les métiers où les salariés des SIAE sont sortis "
            "depuis douze mois."
        )

    @property
    def export_note(self) -> str:  # type: ignore[override]
        """Who counted what."""
        return "\n".join((describe_secret(), *self.local.marche.sources)) if self.local else ""

    def get_context(self) -> dict[str, Any]:
        local = self.local
        wanted = [row for row in local.lignes if row.metier.projets and row.metier.fap.secteurs][:12] if local else []
        bars = [Bar(row.metier.libelle, float(row.metier.projets or 0), strong=bool(row.sorties)) for row in wanted]
        return {
            **super().get_context(),
            "local": local,
            "marche": local.marche if local else None,
            "secret": describe_secret(),
            "chart": BarChart(
                "Les métiers les plus recherchés où des SIAE travaillent",
                "En couleur forte, ceux vers lesquels des salariés sont sortis depuis douze mois.",
                "Projets de recrutement",
                bars,
                subject="Métier",
            )
            if bars
            else None,
            "may_mediate": bool(granted(self.actor, Permission.MEDIATE)),
        }
