"""One line of a file of tensions, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.nomenclature import read_nomenclature
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values
from maillage.references.economie.models import Tension
from maillage.references.economie.rules import check_fap
from maillage.references.economie.services.series import LigneTension

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from maillage.references.economie.enums import Nomenclature


@dataclass(frozen=True, slots=True)
class LigneFichier:
    """What the line says; `departemental` is false for a line of a region or of France."""

    nomenclature: Nomenclature
    tension: LigneTension
    departemental: bool

    @property
    def key(self) -> Hashable:
        """A tension is that of a trade or a family, in a département, one year."""
        tension = self.tension
        return self.departemental, tension.fap_code, tension.departement, tension.annee


def read_line(cells: Mapping[str, str]) -> LigneFichier:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    fap = values.checked("fap", check_fap, required=True)
    annee = values.year("annee", required=True)
    departement = values.text("departement", longest=3).upper()
    level = normalise(values.text("niveau_geo", longest=20))
    departemental = bool(departement) and level in {"", "dep", "departement"}
    tension = LigneTension(
        fap,
        departement.zfill(2) if departement else "",
        annee or 0,
        values.count("emploi"),
        values.number("indicateur"),
        _level(values, "niveau"),
        tuple(_level(values, name) for name in Tension.INDICATEURS),
    )
    nomenclature = read_nomenclature(values, fap)
    values.check()
    return LigneFichier(nomenclature, tension, departemental)


def _level(values: Values, column: str) -> int | None:
    level = values.count(column)
    if level is not None and not 1 <= level <= 5:
        values.fault(column, "niveau_hors_echelle", f"{level} : un niveau va de 1 à 5.")
        return None
    return level
