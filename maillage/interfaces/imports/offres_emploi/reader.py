"""One line of a series of vacancies, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values
from maillage.references.economie.rules import check_periode, check_rome
from maillage.references.economie.services.series import LigneOffres
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

LEVELS = (Niveau.BASSIN, Niveau.ZONE_EMPLOI, Niveau.DEPARTEMENT, Niveau.REGION)


@dataclass(frozen=True, slots=True)
class LigneSerie:
    """What the line says."""

    offres: LigneOffres

    @property
    def key(self) -> Hashable:
        """A figure is that of a trade, in a territory, during a period."""
        offres = self.offres
        return offres.rome_code, offres.niveau, offres.zone_code, offres.periode


def read_line(cells: Mapping[str, str]) -> LigneSerie:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    offres = LigneOffres(
        values.checked("rome", check_rome, required=True),
        values.checked("niveau", _read_level, required=True),
        values.text("territoire", required=True, longest=12).upper(),
        values.checked("periode", check_periode, required=True),
        values.count("offres"),
    )
    values.check()
    return LigneSerie(offres)


def _read_level(text: str) -> str:
    """Return the level that a text names; refuse the others with those that are known."""
    for level in LEVELS:
        if normalise(text) in {normalise(level.value), normalise(level.label)}:
            return level.value
    known = ", ".join(level.value for level in LEVELS)
    raise Refused(Refusal("niveau_inconnu", f"« {text} » : écrivez l’un de ces niveaux : {known}.", "niveau"))
