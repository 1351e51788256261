"""The directory of SIAE, as a list and as a map."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse, reverse_lazy

from maillage.foundations.kernel import limits
from maillage.foundations.kernel.screens import Column, ListScreen, Screen
from maillage.references.structures.forms.annuaire import AnnuaireForm
from maillage.references.structures.permissions import Permission
from maillage.references.structures.queries.annees import get_annee_reference
from maillage.references.structures.queries.carte import draw_siae
from maillage.references.structures.queries.siae import list_siae

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.structures.models import Siae


def _detail(pk: int) -> str:
    return reverse("structures:detail", args=[pk])


class Annuaire(ListScreen):
    """Every active SIAE, found by words, kind, sector, territory."""

    permission = Permission.VIEW
    title = "Annuaire des SIAE"
    template_name = "structures/annuaire.html"
    filter_form = AnnuaireForm
    columns = (
        Column("nom", "Nom", "nom", sort="nom_recherche", link=lambda siae: _detail(siae.pk)),
        Column("type", "Type", "type_siae", sort="type_siae"),
        Column("commune", "Commune", "commune_nom", sort="commune_nom"),
        Column("departement", "Département", "departement", sort="departement"),
        Column("secteurs", "Secteurs", lambda siae: ", ".join(a.secteur.libelle for a in siae.activites.all())),
        Column("salaries", "Salariés en insertion", "salaries", sort="salaries", numeric=True),
        Column("etp", "ETP", "etp", sort="etp", numeric=True),
    )
    export_name = "siae"
    noun = ("SIAE", "SIAE")
    empty_title = "Aucune SIAE"
    empty_text = "Élargissez la recherche, ou importez la liste des SIAE si l’annuaire est encore vide."
    empty_url = reverse_lazy("imports:list")  # type: ignore[assignment]
    empty_label = "Importer une liste"

    def get_queryset(self) -> QuerySet[Siae]:
        return list_siae()

    def get_intro(self) -> str:
        annee = get_annee_reference()
        return f"Les structures en activité. Effectifs de {annee}." if annee else "Les structures en activité."

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "carte_url": _with_filters("structures:carte", self.request.GET.urlencode())}


class Carte(Screen):
    """The same SIAE on a map."""

    permission = Permission.VIEW
    limit = limits.RECHERCHE
    title = "Carte des SIAE"
    intro = "Où se trouvent les structures en activité, par type."
    parents = (("Annuaire des SIAE", "structures:list"),)
    template_name = "structures/carte.html"

    @cached_property
    def form(self) -> AnnuaireForm:
        """The filters of the directory, bound to the address."""
        return AnnuaireForm(self.request.GET)

    def get_context(self) -> dict[str, Any]:
        table = _with_filters("structures:list", self.request.GET.urlencode())
        rows = self.form.apply(list_siae())
        return {
            "form": self.form,
            "reset_url": self.request.path,
            "active": [(item, self._without(item.name)) for item in self.form.active()],
            "drawing": draw_siae(rows, settings.MAILLAGE_REGION, link=_detail, table_href=table),
            "table_url": table,
        }

    def _without(self, name: str) -> str:
        query = self.request.GET.copy()
        query.pop(name, None)
        return f"{self.request.path}?{query.urlencode()}"


def _with_filters(name: str, query: str) -> str:
    return f"{reverse(name)}?{query}" if query else reverse(name)
