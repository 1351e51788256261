"""The local employers: establishments, never persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse, reverse_lazy

from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.references.economie.forms.filtres import EmployeursForm
from maillage.references.economie.permissions import Permission
from maillage.references.economie.queries.employeurs import list_employeurs

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.economie.models import Employeur


class Employeurs(ListScreen):
    """Who hires near here."""

    permission = Permission.VIEW
    title = "Employeurs"
    intro = "Les établissements qui emploient, leur taille, et les recrutements qu’ils annoncent."
    filter_form = EmployeursForm
    columns = (
        Column("denomination", "Établissement", "denomination", sort="denomination"),
        Column(
            "commune",
            "Commune",
            "commune.nom",
            sort="commune__nom",
            link=lambda row: reverse("diagnostics:territoire", args=["commune", row.commune.code]),
        ),
        Column("departement", "Département", "commune.departement", sort="commune__departement"),
        Column("naf", "NAF", "naf", sort="naf"),
        Column("tranche", "Effectif", "get_tranche_display", sort="tranche"),
        Column("intentions", "Recrutements annoncés", "intentions", sort="intentions", numeric=True),
        Column("annee", "Année", lambda row: str(row.annee) if row.annee else None, sort="annee"),
        Column("siret", "SIRET", "siret"),
        Column("source", "Source", "source"),
    )
    default_sort = "-intentions"
    export_name = "employeurs"
    noun = ("établissement", "établissements")
    empty_title = "Aucun employeur"
    empty_text = "Élargissez la recherche, ou importez la liste des établissements d’un partenaire."
    empty_url = reverse_lazy("imports:list")  # type: ignore[assignment]
    empty_label = "Importer une liste"

    def get_queryset(self) -> QuerySet[Employeur]:
        return list_employeurs()
