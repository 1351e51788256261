"""One line of a table of links, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.nomenclature import read_nomenclature
from maillage.interfaces.imports.reading.values import Values
from maillage.references.economie.rules import check_fap, check_rome

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from maillage.references.economie.enums import Nomenclature


@dataclass(frozen=True, slots=True)
class LigneLien:
    """A trade of the FAP and one of the ROME, empty when it covers none."""

    nomenclature: Nomenclature
    fap: str
    rome: str

    @property
    def key(self) -> Hashable:
        """A link is its two ends."""
        return self.nomenclature, self.fap, self.rome


def read_line(cells: Mapping[str, str]) -> LigneLien:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    fap = values.checked("fap", check_fap, required=True)
    none = values.text("rome", required=True).upper() == "NA"
    rome = "" if none else values.checked("rome", check_rome, required=True)
    nomenclature = read_nomenclature(values, fap)
    values.check()
    return LigneLien(nomenclature, fap, rome)
