"""Trades: their list in a territory, the sheet of one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse, reverse_lazy

from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.screens import Column, DetailScreen, ListScreen
from maillage.foundations.kernel.templatetags.ui import pourcent
from maillage.references.economie.enums import Nomenclature
from maillage.references.economie.forms.filtres import MetiersForm
from maillage.references.economie.models import Tension
from maillage.references.economie.permissions import Permission
from maillage.references.economie.queries.metiers import FicheMetier, find_territoire, get_fiche, get_marche
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.economie.models import Fap
    from maillage.references.economie.queries.metiers import Marche, Metier


def sheet_url(fap: Fap) -> str:
    """Return the address of the sheet of a trade."""
    return reverse("economie:metier", args=[fap.nomenclature, fap.code])


def _part(name: str) -> Any:
    return lambda metier: None if getattr(metier, name) is None else pourcent(getattr(metier, name), 0)


class Metiers(ListScreen):
    """The trades that employers want, in the region, a département or a bassin."""

    permission = Permission.VIEW
    title = "Métiers"
    columns = (
        Column("metier", "Métier", "libelle", sort="libelle", link=lambda metier: sheet_url(metier.fap)),
        Column("code", "Code", "code", sort="code"),
        Column("domaine", "Domaine", "domaine", sort="domaine"),
        Column("projets", "Projets de recrutement", "projets_lus", sort="projets", numeric=True),
        Column("secrets", "Cases secrètes", "secrets", sort="secrets", numeric=True),
        Column("difficiles", "Jugés difficiles", _part("part_difficiles"), sort="part_difficiles", numeric=True),
        Column("saisonniers", "Saisonniers", _part("part_saisonniers"), sort="part_saisonniers", numeric=True),
        Column("tension", "Tension", "tension_lue", sort="tension_max"),
        Column("offres", "Offres d’emploi", "offres", sort="offres", numeric=True),
    )
    default_sort = "-projets"
    export_name = "metiers"
    noun = ("métier", "métiers")
    template_name = "economie/metiers.html"
    empty_title = "Aucun métier"
    empty_text = (
        "Élargissez la recherche, ou importez l’enquête « Besoins en main-d’œuvre » si la liste est encore vide."
    )
    empty_url = reverse_lazy("imports:list")  # type: ignore[assignment]
    empty_label = "Importer un fichier"

    @cached_property
    def form(self) -> MetiersForm:
        """The filters, bound to the address."""
        return MetiersForm(self.request.GET, region=settings.MAILLAGE_REGION)

    @cached_property
    def marche(self) -> Marche | None:
        """What the labour market says where one asked."""
        niveau, _, code = self.form.values.get("zone", "").partition(":")
        territoire = find_territoire(niveau or Niveau.REGION, code or settings.MAILLAGE_REGION)
        return get_marche(territoire, self.form.values.get("annee")) if territoire else None

    def get_queryset(self) -> Sequence[Metier]:
        return self.marche.metiers if self.marche else ()

    def get_intro(self) -> str:
        if self.marche is None or self.marche.annee is None:
            return "Les métiers que les employeurs recherchent."
        return (
            f"Ce que les employeurs recherchent\u202f: {self.marche.zones.territoire}, enquête de {self.marche.annee}."
        )

    @property
    def export_note(self) -> str:  # type: ignore[override]
        """How the figures were counted, and by whom."""
        return "\n".join((self.marche.zones.regle, *self.marche.sources)) if self.marche else ""

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "marche": self.marche}


class MetierDetail(DetailScreen):
    """One trade: where it is wanted, how tight its market is, what leads to it."""

    permission = Permission.VIEW
    portee = "tous les métiers"
    parents = (("Métiers", "economie:metiers"),)
    template_name = "economie/metier.html"
    object: FicheMetier

    def get_object(self) -> FicheMetier:
        fiche = get_fiche(self.kwargs["nomenclature"], self.kwargs["code"], settings.MAILLAGE_REGION)
        if fiche is None:
            raise Http404("Cette nomenclature n’a pas ce code.")
        return fiche

    def get_title(self) -> str:
        return str(self.object.fap)

    def get_intro(self) -> str:
        fap = self.object.fap
        family = f", famille « {fap.famille} »" if fap.famille else ""
        return f"{fap.code}, {Nomenclature(fap.nomenclature).label}{family}. {fap.domaine}."

    def get_context(self) -> dict[str, Any]:
        fiche = self.object
        known = [zone for zone in fiche.zones if isinstance(zone.projets, int)]
        bars = [Bar(f"{zone.zone} ({zone.departement})", float(zone.projets)) for zone in known[:12]]  # type: ignore[arg-type]
        labels = [getattr(Tension, name).field.verbose_name for name in Tension.INDICATEURS]
        return {
            **super().get_context(),
            "chart": BarChart(
                "Où ce métier est recherché",
                f"Les bassins qui déclarent le plus de projets, enquête de {fiche.marche.annee}.",
                "Projets de recrutement",
                bars,
                subject="Bassin d’emploi",
            )
            if bars and fiche.marche
            else None,
            "zone_columns": ("Bassin d’emploi", "Département", "Projets", "Difficiles", "Saisonniers"),
            "zone_numeric": (2, 3, 4),
            "zone_rows": [
                (zone.zone, zone.departement, zone.projets, zone.difficiles, zone.saisonniers) for zone in fiche.zones
            ],
            "tension_columns": ("Département", "Mesurée sur", "Niveau", *labels),
            "tension_rows": [
                (
                    row.territoire.nom,
                    f"{row.fap.code} {row.fap.libelle}".strip(),
                    row.niveau,
                    *(getattr(row, name) for name in Tension.INDICATEURS),
                )
                for row in fiche.tensions
            ],
            "projets": [(link, reverse("economie:projet", args=[link.projet.public_id])) for link in fiche.projets],
            "offres_columns": ("Période", "Code", "Métier ROME", "Offres"),
            "offres_rows": [(row.periode, row.rome.code, row.rome.libelle, row.offres) for row in fiche.offres],
            "annuaires": [f"{reverse('structures:list')}?secteur=groupe:{secteur}" for secteur in fiche.fap.secteurs],
            "equivalent_url": sheet_url(fiche.equivalent) if fiche.equivalent else "",
        }
