"""One line of a table of the FAP, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.reading.values import Values
from maillage.references.economie.enums import Nomenclature
from maillage.references.economie.rules import check_fap

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


@dataclass(frozen=True, slots=True)
class LigneTable:
    """A trade, its family, and the finer code that tells two lines of one trade apart."""

    nomenclature: Nomenclature
    code: str
    libelle: str
    famille: str
    detail: str

    @property
    def key(self) -> Hashable:
        """A trade may have several lines of detail."""
        return self.nomenclature, self.code, self.detail


def read_line(cells: Mapping[str, str]) -> LigneTable:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    codes = {
        Nomenclature.FAP_2021: values.checked("code_2021", check_fap),
        Nomenclature.FAP_2009: values.checked("code_2009", check_fap),
    }
    given = [(nomenclature, code) for nomenclature, code in codes.items() if code]
    if not given and not values.faults:
        values.fault("code_2021", "valeur_absente", "La ligne ne donne aucun code.")
    if len(given) > 1:
        values.fault("code_2009", "deux_codes", "Donnez une nomenclature par fichier.")
    libelle = values.text("libelle", required=True, longest=200)
    famille, detail = values.text("famille", longest=200), values.text("detail", longest=10)
    values.check()
    return LigneTable(*given[0], libelle, famille, detail)
