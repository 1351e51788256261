"""One line of a table of zonings, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.reading.values import Values

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

# Columns of the code and of the name, by maille.
MAILLES = {
    "zone_emploi": ("code_zone_emploi", "nom_zone_emploi"),
    "bassin": ("code_bassin", "nom_bassin"),
    "clpe": ("code_clpe", "nom_clpe"),
}

# The vintage of a zoning whose file does not say it: Insee's zones d'emploi are those of 2020 (geography of 1 January
# 2020, published that year); bassins and CLPE follow the communes in force.
MILLESIMES = {"zone_emploi": 2020}


@dataclass(frozen=True, slots=True)
class LigneZonage:
    """A commune and its zones: maille, code, name, vintage (None: that of the communes in force)."""

    commune: str
    zones: tuple[tuple[str, str, str, int | None], ...]

    @property
    def key(self) -> Hashable:
        """A commune has one line."""
        return self.commune


def read_line(cells: Mapping[str, str]) -> LigneZonage:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    commune = values.text("commune", required=True, longest=5).upper()
    given = values.year("millesime")
    zones = []
    for maille, (code_column, nom_column) in MAILLES.items():
        if code := values.text(code_column, longest=12):
            nom = " ".join(values.text(nom_column, longest=200).split())
            zones.append((maille, code, nom or code, given or MILLESIMES.get(maille)))
    if not zones:
        values.fault("commune", "zone_absente", "La ligne ne donne aucune zone à cette commune.")
    values.check()
    return LigneZonage(commune.zfill(5), tuple(zones))
