"""The catalogue, and one indicator."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.contrats import own_siae
from maillage.foundations.analytics.declarations import Forme, indicateurs
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import EFFECTIF_MIN
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, decimal
from maillage.interfaces.indicateurs.forms.filtres import CatalogueFilter, FicheFilter
from maillage.interfaces.indicateurs.queries.catalogue import (
    draw,
    get_fraicheur,
    list_annees,
    list_modalites,
    list_objectifs,
    list_propres,
    list_rangees,
    list_series,
    list_territoires,
)
from maillage.references.accounts.models import User
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.foundations.analytics.declarations import Indicateur, Ventilation
    from maillage.foundations.analytics.warehouse import Valeur
    from maillage.interfaces.indicateurs.queries.catalogue import Place, Rangee, RangeePropre, Serie
    from maillage.references.structures.models import Siae

SECRET = "secret"  # noqa: S105  (the word shown for a withheld figure)
MINIMUM = "au moins "
BARRES = 20


def write(value: Valeur | None, digits: int) -> str | None:
    """Write a value with the decimals of its indicator; withheld and minimum are said, unknown stays so."""
    if value is None or (value.valeur is None and not value.secret):
        return None
    if value.secret or value.valeur is None:
        return SECRET
    return f"{MINIMUM}{decimal(value.valeur, digits)}" if value.minimum else decimal(value.valeur, digits)


def published() -> str:
    """Say when the figures were computed, for the page and the files."""
    moment = get_fraicheur()
    return f"Chiffres calculés le {moment:%d/%m/%Y à %H:%M}." if moment else "Aucun chiffre n’est encore calculé."


def _name(row: Rangee | RangeePropre) -> str:
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
        return f"Les mêmes chiffres pour tous, avec leur définition et leur source. {published()}"

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "notre_siae": bool(granted(self.request.user, Permission.HIRE))}

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
    default_sort = ""

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
        return f"{each.definition}\n{each.formule}\nSource{NARROW_SPACE}: {each.source}\n{published()}"

    def get_title(self) -> str:
        return f"{self.indicateur.libelle[:1].upper()}{self.indicateur.libelle[1:]}"

    def get_intro(self) -> str:
        return self.indicateur.definition

    @cached_property
    def territoires(self) -> dict[Place, str]:
        return list_territoires()

    @cached_property
    def form(self) -> FicheFilter | None:
        """Only where there is something else than territories to choose; SIAE are told to themselves alone."""
        shown = [each for each in self.indicateur.ventilations if each.forme is not Forme.PROPRE]
        if not shown:
            return None
        return FicheFilter(self.request.GET, ventilations=shown, territoires=self.territoires)

    @cached_property
    def ventilation(self) -> Ventilation | None:
        """What the figure is told by, when it is not by territory."""
        asked = self.form.values.get("par") if self.form else None
        return next((each for each in self.indicateur.ventilations if each.axe == asked), None)

    @cached_property
    def place(self) -> Place:
        """Where it is told by something else than territories: trades are told of the region alone."""
        region = (Niveau.REGION.value, settings.MAILLAGE_REGION)
        asked = self.form.values.get("territoire") if self.form else None
        by_table = self.ventilation is not None and self.ventilation.forme is Forme.TABLE
        return (Niveau.DEPARTEMENT.value, asked) if asked and by_table else region

    @property
    def sujet(self) -> str:
        """What a line is."""
        label = self.ventilation.libelle if self.ventilation else "territoire"
        return f"{label[:1].upper()}{label[1:]}"

    @property
    def noun(self) -> tuple[str, str]:  # type: ignore[override]
        return ("ligne", "lignes") if self.ventilation else ("territoire", "territoires")

    @property
    def empty_title(self) -> str:  # type: ignore[override]
        return "Rien n’est connu ici" if self.ventilation else "Aucun territoire n’est chargé"

    @property
    def empty_text(self) -> str:  # type: ignore[override]
        if self.ventilation:
            return "Choisissez un autre territoire, ou un autre classement."
        return "L’exploitant charge le découpage de la région avec « manage.py load_territoires »."

    @cached_property
    def series(self) -> list[Serie]:
        if self.ventilation:
            return list_modalites(self.indicateur.code, self.ventilation, self.place)
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
            Column("nom", self.sujet, "nom", sort="nom"),
            *(Column(str(annee), str(annee), value_in(annee), numeric=True) for annee in self.annees),
        )

    def get_queryset(self) -> Sequence[Serie]:
        return self.series

    def get_context(self) -> dict[str, Any]:
        # Hundreds of trades make no drawing.
        few = self.annees and len(self.series) <= BARRES
        known = draw(self.indicateur, self.series, self.annees[-1], self.sujet) if few else None
        seuil = get_parametre(EFFECTIF_MIN, on=timezone.localdate()) if self.indicateur.secret else None
        return {**super().get_context(), "indicateur": self.indicateur, "drawing": known, "seuil": seuil}


class NotreSiae(ListScreen):
    """The figures of one's own SIAE, year by year: nobody else reads them here."""

    permission = Permission.HIRE
    title = "Les chiffres de ma SIAE"
    template_name = "indicateurs/notre_siae.html"
    parents = (("Indicateurs", "indicateurs:list"),)
    page_size = 100
    export_name = "indicateurs-de-ma-siae"
    noun = ("ligne", "lignes")
    default_sort = ""
    empty_title = "Aucun chiffre n’est connu de votre SIAE"
    empty_text = "Ils viennent des contrats, des heures et des sorties\u202f: ils paraissent la nuit suivante."

    def get_intro(self) -> str:
        where = f"dans {self.siae[0].nom}" if len(self.siae) == 1 else "dans chacune de vos SIAE"
        return f"Les indicateurs de tous, comptés {where}. {published()}"

    @cached_property
    def siae(self) -> list[Siae]:
        assert isinstance(self.request.user, User)  # the permission has kept anonymous visitors out
        return list(own_siae(self.request.user))

    @cached_property
    def rangees(self) -> list[RangeePropre]:
        return list_propres(self.siae)

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The indicator, the SIAE, then a column per year."""
        annees = sorted({annee for each in self.rangees for annee in each.valeurs})

        def value_in(annee: int) -> Callable[[RangeePropre], str | None]:
            return lambda row: write(row.valeurs.get(annee), row.indicateur.decimales)

        return (
            Column(
                "libelle",
                "Indicateur",
                _name,
                sort="libelle",
                link=lambda row: reverse("indicateurs:detail", args=[row.indicateur.code]),
            ),
            *([Column("nom", "SIAE", "nom", sort="nom")] if len(self.siae) > 1 else []),
            *(Column(str(annee), str(annee), value_in(annee), numeric=True) for annee in annees),
        )

    def get_queryset(self) -> Sequence[RangeePropre]:
        return self.rangees
