"""The catalogue, and one indicator."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.analytics.declarations import indicateurs
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import EFFECTIF_MIN
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, decimal
from maillage.interfaces.indicateurs.forms.filtres import CatalogueFilter
from maillage.interfaces.indicateurs.queries.catalogue import (
    draw,
    get_fraicheur,
    list_annees,
    list_objectifs,
    list_rangees,
    list_series,
    list_territoires,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.foundations.analytics.declarations import Indicateur
    from maillage.foundations.analytics.warehouse import Valeur
    from maillage.interfaces.indicateurs.queries.catalogue import Place, Rangee, Serie

SECRET = "secret"  # noqa: S105  (the word shown for a withheld figure)
MINIMUM = "au moins "


def write(value: Valeur | None, digits: int) -> str | None:
    """Write a value with the decimals of its indicator; withheld and minimum are said, unknown stays so."""
    if value is None or (value.valeur is None and not value.secret):
        return None
    if value.secret or value.valeur is None:
        return SECRET
    return f"{MINIMUM}{decimal(value.valeur, digits)}" if value.minimum else decimal(value.valeur, digits)


def _name(row: Rangee) -> str:
    """Write an indicator with its unit, unless its name holds it."""
    name = f"{row.libelle[:1].upper()}{row.libelle[1:]}"
    return name if row.indicateur.unite in name else f"{name} ({row.indicateur.unite})"


class IndicateursScreen(ListScreen):
    """Figures of the warehouse hold no personal data: they are open to all, under secrecy."""

    public = True

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "fraicheur": get_fraicheur(),
        }

    def published(self) -> str:
        """Say when the figures were computed, for the page and the files."""
        moment = get_fraicheur()
        return f"Chiffres calculés le {moment:%d/%m/%Y à %H:%M}." if moment else "Aucun chiffre n’est encore calculé."


class Catalogue(IndicateursScreen):
    """Every indicator with its value by territory."""

    title = "Indicateurs"
    template_name = "indicateurs/catalogue.html"
    page_size = 100
    export_name = "indicateurs"
    noun = ("indicateur", "indicateurs")
    empty_title = "Aucun indicateur ne répond à ces critères"
    empty_text = "Élargissez les filtres."

    def get_intro(self) -> str:
        return f"Les mêmes chiffres pour tous, avec leur définition et leur source. {self.published()}"

    @cached_property
    def form(self) -> CatalogueFilter:
        return CatalogueFilter(self.request.GET, annees=list_annees(), objectifs=list_objectifs())

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The indicator with its unit, its year, then a column per territory, the region first."""

        def value_in(place: Place) -> Callable[[Rangee], str | None]:
            return lambda row: write(row.valeurs.get(place), row.indicateur.decimales)

        return (
            Column(
                "libelle",
                "Indicateur",
                _name,
                sort="libelle",
                link=lambda row: reverse("indicateurs:detail", args=[row.indicateur.code]),
            ),
            Column("annee", "Année", lambda row: str(row.annee), sort="annee", numeric=True),
            *(
                Column(
                    "-".join(place), nom, value_in(place), numeric=True, detail=place[1] if place[0] != "region" else ""
                )
                for place, nom in list_territoires().items()
            ),
            Column("objectif", "Objectif", "objectif", sort="objectif"),
        )

    def get_queryset(self) -> Sequence[Rangee]:
        return list_rangees(self.form.values.get("annee"))


class Fiche(IndicateursScreen):
    """One indicator: what it says and how, its values by territory and year."""

    template_name = "indicateurs/fiche.html"
    parents = (("Indicateurs", "indicateurs:list"),)
    noun = ("territoire", "territoires")
    default_sort = ""
    empty_title = "Aucun territoire n’est chargé"
    empty_text = "L’exploitant charge le découpage de la région avec « manage.py load_territoires »."

    @cached_property
    def indicateur(self) -> Indicateur:
        """The indicator of the address."""
        found = indicateurs().get(self.kwargs["code"])
        if found is None:
            raise Http404("Cet indicateur n’existe pas.")
        return found

    @property
    def export_name(self) -> str:  # type: ignore[override]
        return f"indicateur-{self.indicateur.code}"

    @property
    def export_note(self) -> str:  # type: ignore[override]
        each = self.indicateur
        return f"{each.definition}\n{each.formule}\nSource{NARROW_SPACE}: {each.source}\n{self.published()}"

    def get_title(self) -> str:
        return f"{self.indicateur.libelle[:1].upper()}{self.indicateur.libelle[1:]}"

    def get_intro(self) -> str:
        return self.indicateur.definition

    @cached_property
    def series(self) -> list[Serie]:
        return list_series(self.indicateur.code)

    @cached_property
    def annees(self) -> list[int]:
        return sorted({annee for serie in self.series for annee in serie.valeurs})

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The territory, then a column per year."""

        def value_in(annee: int) -> Callable[[Serie], str | None]:
            return lambda row: write(row.valeurs.get(annee), self.indicateur.decimales)

        return (
            Column("nom", "Territoire", "nom", sort="nom"),
            *(Column(str(annee), str(annee), value_in(annee), numeric=True) for annee in self.annees),
        )

    def get_queryset(self) -> Sequence[Serie]:
        return self.series

    def get_context(self) -> dict[str, Any]:
        known = draw(self.indicateur, self.series, self.annees[-1]) if self.annees else None
        seuil = get_parametre(EFFECTIF_MIN, on=timezone.localdate()) if self.indicateur.secret else None
        return {**super().get_context(), "indicateur": self.indicateur, "drawing": known, "seuil": seuil}
