"""The territories of the region, found by name or code."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.references.territoires.forms.liste import TerritoiresForm
from maillage.references.territoires.permissions import Permission
from maillage.references.territoires.queries.liste import get_annee_population, list_territoires

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.territoires.models import Territoire


def _sheet(territoire: Territoire) -> str:
    """Return the sheet of a territory in the diagnostic, nothing for a level that has none."""
    if not territoire.a_fiche:  # type: ignore[attr-defined]  # annotated by list_territoires
        return ""
    return reverse("diagnostics:territoire", args=[territoire.niveau, territoire.code])


def _departements(territoire: Territoire) -> str:
    """Return the département, or those of the units; a quartier astride several is only known to be so."""
    several: list[str] = territoire.departements  # type: ignore[attr-defined]  # annotated by list_territoires
    return territoire.departement or ", ".join(several) or "plusieurs"


class Territoires(ListScreen):
    """Every territory of the region, of every level."""

    permission = Permission.VIEW
    title = "Territoires"
    filter_form = TerritoiresForm
    columns = (
        Column("nom", "Nom", "nom", sort="nom_recherche", link=_sheet),
        Column("niveau", "Niveau", "get_niveau_display", sort="niveau"),
        Column("code", "Code", "code", sort="code"),
        Column("departement", "Département", _departements, sort="departement"),
        Column("population", "Population municipale", "population", sort="population", numeric=True),
        Column("millesime", "Millésime", lambda row: str(row.millesime), sort="millesime"),
    )
    export_name = "territoires"
    noun = ("territoire", "territoires")
    empty_title = "Aucun territoire"
    empty_text = (
        "Essayez un autre nom, un code Insee ou un code postal. Si la région n’est pas encore chargée, "
        "l’exploitant de la plateforme lance la commande load_territoires."
    )

    @cached_property
    def annee(self) -> int | None:
        """The year of the legal populations."""
        return get_annee_population(settings.MAILLAGE_REGION)

    def get_queryset(self) -> QuerySet[Territoire]:
        return list_territoires(settings.MAILLAGE_REGION, self.annee)

    def get_intro(self) -> str:
        populations = f" Populations légales {self.annee} (Insee)." if self.annee else ""
        return (
            "Communes et arrondissements, intercommunalités, départements et zonages de la région. Un territoire à "
            f"cheval sur deux régions est compté pour sa part de celle-ci.{populations}"
        )
