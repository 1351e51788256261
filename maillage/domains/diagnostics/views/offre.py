"""The supply of a territory: who offers what, to how many, how far."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.diagnostics.forms.offre import OffreForm
from maillage.domains.diagnostics.queries.offre_iae import (
    MASQUE,
    Offre,
    draw_groupes,
    draw_types,
    get_offre_iae,
)
from maillage.domains.diagnostics.views.economie import TerritoireScreen
from maillage.foundations.kernel import tableur
from maillage.foundations.kernel.screens import Column, Export, ListScreen
from maillage.foundations.kernel.screens.list import FORMATS
from maillage.foundations.kernel.secret import describe_secret
from maillage.references.structures.queries.effectifs import draw_mixite
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.offre_iae import LigneOffre

_HEADINGS = ("SIAE", "Places", "ETP conventionnés", "ETP")
_SALARIES = "Salariés en insertion"
_MIXITE = ("Secteur", "Femmes", "Hommes", "Part des femmes (%)")


def _figure(name: str) -> Any:
    def written(ligne: LigneOffre) -> Any:
        value = getattr(ligne, name)
        return None if value is None else round(value, 1)

    return written


class OffreIae(TerritoireScreen, ListScreen):
    """The SIAE of a territory and of its neighbours, what they add up to by kind and trade, women and men."""

    template_name = "diagnostics/offre.html"
    form_class = OffreForm
    columns = (
        Column("nom", "SIAE", "nom", sort="nom", link=lambda row: reverse("structures:detail", args=[row.pk])),
        Column("type", "Type", "type_siae", sort="type_siae"),
        Column("commune", "Site le plus proche", "commune", sort="commune"),
        Column("departement", "Département", "departement", sort="departement"),
        Column("ici", "Dans le territoire", "ici", sort="ici"),
        Column("distance", "Distance", _figure("distance_km"), sort="distance_km", numeric=True, unit="km"),
        Column("secteurs", "Secteurs", lambda row: ", ".join(row.secteurs)),
        Column("postes", "Places", _figure("postes"), sort="postes", numeric=True),
        Column(
            "conventionnes",
            "ETP conventionnés",
            _figure("etp_conventionnes"),
            sort="etp_conventionnes",
            numeric=True,
        ),
        Column("etp", "ETP", _figure("etp"), sort="etp", numeric=True),
    )
    default_sort = "distance"
    export_name = "offre-iae"
    noun = ("SIAE", "SIAE")
    empty_title = "Aucune SIAE"
    empty_text = "Élargissez la recherche, ou importez la liste des SIAE si l’annuaire est encore vide."

    @cached_property
    def offre(self) -> Offre:
        """The supply that one asked for."""
        values = self.form.values
        return get_offre_iae(
            self.territoire,
            settings.MAILLAGE_REGION,
            annee=values.get("annee"),
            types=[values["type"]] if "type" in values else [],
            groupe=values.get("groupe", ""),
            lieu=values.get("lieu"),
        )

    def get_title(self) -> str:
        return f"L’offre\u202f: {self.territoire}"

    def get_intro(self) -> str:
        year = f" Chiffres de {self.offre.annee}." if self.offre.annee else ""
        return f"Les SIAE par type et par secteur, leurs places et ETP, les femmes et les hommes, les distances.{year}"

    def get_queryset(self) -> Sequence[LigneOffre]:
        """Return the SIAE here, and all those of the region by distance when one asks from where."""
        return self.offre.lignes if self.shows_all else self.offre.ici

    @property
    def shows_all(self) -> bool:
        """Whether the neighbours are listed too: a small territory is served from beyond its limits."""
        return self.territoire.niveau != Niveau.REGION

    @property
    def type_columns(self) -> tuple[str, ...]:
        """The columns of the table by kind: employees where the whole of a département or of the region is shown."""
        return ("Type", *_HEADINGS, *([_SALARIES] if self.offre.avec_salaries else []))

    def type_rows(self) -> list[tuple[Any, ...]]:
        """Return the kinds that stand here, then all."""
        return [
            (
                each.libelle,
                each.siae,
                _whole(each.postes),
                _one(each.etp_conventionnes),
                _one(each.etp),
                *([each.salaries] if self.offre.avec_salaries else []),
            )
            for each in (*self.offre.types, self.offre.total)
            if each.siae
        ]

    def mixite_rows(self) -> list[tuple[Any, ...]]:
        """Return women, men, and the share of women in per cent, by trade."""
        return [
            (
                f"{each.libelle[:1].upper()}{each.libelle[1:]}",
                MASQUE if each.femmes is None else each.femmes,
                MASQUE if each.hommes is None else each.hommes,
                MASQUE if each.part is None else round(each.part, 1),
            )
            for each in (self.offre.mixite.metiers if self.offre.mixite else ())
        ]

    def sheets(self) -> list[tableur.Sheet]:
        """Return the tables of the page."""
        offre = self.offre
        groupes = [(e.libelle, e.siae, e.etp_conventionnes, e.etp, e.part) for e in offre.groupes]
        columns = ("Secteur", "SIAE", "ETP conventionnés", "ETP", "Part des heures")
        sheets = [
            tableur.Sheet("Par type", self.type_columns, self.type_rows(), self.export_note),
            tableur.Sheet("Par secteur", columns, groupes, self.export_note),
        ]
        if offre.mixite is not None:
            note = f"{offre.mixite.lieu}, {offre.annee}.\n{describe_secret()}"
            sheets.append(tableur.Sheet("Femmes et hommes", _MIXITE, self.mixite_rows(), note))
        return sheets

    @property
    def export_note(self) -> str:  # type: ignore[override]
        """How the figures were made."""
        return (
            f"{self.territoire}, {self.offre.annee}.\n"
            "Les chiffres d’une SIAE dans un département sont partagés également entre ses sites du département.\n"
            "ETP réalisés, ou conventionnés quand les réalisés ne sont pas connus.\n"
            f"{describe_secret()}"
        )

    def export(self, code: str) -> Export:
        """Return the list, with every table of the page in a spreadsheet."""
        if code not in FORMATS:
            raise Http404("Ce format d’export n’existe pas.")
        if code == "csv":
            return super().export(code)
        write = {"xlsx": tableur.to_xlsx, "ods": tableur.to_ods}[code]
        content = write([self.sheet(), *self.sheets()])
        return Export(f"{self.export_name}-{timezone.localdate():%Y-%m-%d}.{code}", FORMATS[code][1], content)

    def get_context(self) -> dict[str, Any]:
        offre, mixite = self.offre, self.offre.mixite
        return {
            **super().get_context(),
            "offre": offre,
            "chart_types": draw_types(offre),
            "chart_groupes": draw_groupes(offre),
            "chart_mixite": draw_mixite(mixite.metiers, mixite.lieu, offre.annee) if mixite and offre.annee else None,
            "type_columns": self.type_columns,
            "type_rows": self.type_rows(),
            "type_numeric": tuple(range(1, len(self.type_columns))),
            "groupe_columns": ("Secteur", "SIAE", "ETP conventionnés", "ETP", "Part des heures (%)"),
            "groupe_rows": [
                (
                    each.libelle,
                    each.siae,
                    _one(each.etp_conventionnes),
                    _one(each.etp),
                    None if each.part is None else round(100 * each.part, 1),
                )
                for each in offre.groupes
            ],
            "mixite_numeric": (1, 2, 3),
            "mixite_columns": _MIXITE,
            "mixite_rows": self.mixite_rows(),
            "secret": describe_secret(),
            "economie_url": reverse(
                "diagnostics:economie_territoire", args=[self.territoire.niveau, self.territoire.code]
            ),
        }


def _one(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
