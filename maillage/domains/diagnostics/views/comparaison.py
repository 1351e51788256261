"""The comparison table: every territory of a maille, to sort, filter and take away."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from maillage.domains.diagnostics.forms.choix import ComparaisonForm
from maillage.domains.diagnostics.queries.chez import find_departement
from maillage.domains.diagnostics.queries.lecture import list_avertissements, list_sources
from maillage.domains.diagnostics.queries.tableaux import list_colonnes
from maillage.domains.diagnostics.views.base import CouvertureScreen
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.templatetags.ui import decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest

    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.domains.diagnostics.queries.tableaux import Colonne
    from maillage.foundations.kernel.tableur import Sheet
    from maillage.references.territoires.enums import Maille

# Columns of words: they have no order of their own.
UNSORTED = ("motif",)
SHOWN = (
    "nom",
    "classe",
    "motif",
    "besoin",
    "part_connue",
    "siae",
    "etp",
    "taux",
    "portee",
    "accessibilite",
    "rang",
    "ecart_rang",
    "manque",
)


def _written(colonne: Colonne) -> Callable[[Ligne], Any]:
    """Write the numbers of a column with the same decimals from top to bottom; the files keep the numbers."""

    def written(ligne: Ligne) -> Any:
        value = colonne.value(ligne)
        return decimal(value, colonne.digits) if colonne.numeric and value is not None else value

    return written


class Comparaison(CouvertureScreen, ListScreen):
    """Territories side by side; the files hold every figure, the page those one compares."""

    title = "Comparer les territoires"
    intro = "Communes, EPT, EPCI et départements, du moins bien au mieux desservi."
    parents = (("Couverture de la région", "diagnostics:carte"),)
    template_name = "diagnostics/comparaison.html"
    choix_form = ComparaisonForm
    form: ComparaisonForm
    default_sort = "accessibilite"
    export_name = "couverture"
    noun = ("territoire", "territoires")
    empty_title = "Aucun territoire n’est chargé"
    empty_text = "L’exploitant de la plateforme charge le découpage de la région avec « manage.py load_territoires »."
    page_size = 100

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Show a member's own département first, as if the address said so: it only acts where the address is bare."""
        super().setup(request, *args, **kwargs)
        self.chez = "" if request.GET else find_departement(request.user, self.region)
        if self.chez:
            query = request.GET.copy()
            query["departement"] = self.chez
            request.GET = query  # type: ignore[assignment]  # a mutable copy, as the links of the page read it

    def get_mailles(self) -> tuple[Maille, ...]:
        return (self.form.maille_choisie,)

    def get_queryset(self) -> Sequence[Ligne]:
        return self.couverture.mailles[self.form.maille_choisie] if self.couverture else ()

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The figures shown, with the scale of the rates in their headings."""
        if self.couverture is None:
            return ()
        colonnes = {colonne.code: colonne for colonne in list_colonnes(self.couverture)}
        known = self.couverture.total.part_connue == 1
        return tuple(
            Column(
                code,
                colonnes[code].libelle,
                _written(colonnes[code]),
                sort=None if code in UNSORTED else code,
                link=self.link if code == "nom" else None,
                numeric=colonnes[code].numeric,
            )
            for code in SHOWN
            if code != "part_connue" or not known
        )

    def sheet(self) -> Sheet:
        """Return every figure of the filtered territories."""
        from maillage.foundations.kernel.tableur import Sheet

        if self.couverture is None:
            return Sheet(self.title, (), ())
        colonnes = list_colonnes(self.couverture)
        note = "\n".join((*list_avertissements(self.couverture), *list_sources(self.couverture)))
        rows = ([colonne.value(ligne) for colonne in colonnes] for ligne in self.rows)
        return Sheet(self.title, [colonne.libelle for colonne in colonnes], rows, note)

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        # All the départements is a choice too: without a word of it, a member's own would come back.
        whole = "departement="
        active = [
            (item, f"{url}{'&' if '?' in url else '?'}{whole}" if item.name == "departement" else url)
            for item, url in context["active_filters"]
        ]
        return {
            **context,
            **self.get_reading(),
            "couverture": self.couverture,
            "active_filters": active,
            "reset_url": f"{self.request.path}?{whole}",
            "chez": self.chez,
        }
