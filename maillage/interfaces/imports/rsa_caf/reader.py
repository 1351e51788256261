"""One commune, with its households on RSA."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.interfaces.imports.chiffres import LigneChiffres, read_commune, read_figure, read_year
from maillage.interfaces.imports.reading.values import Values
from maillage.interfaces.imports.rsa_caf.card import PARTS
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_line(cells: Mapping[str, str]) -> LigneChiffres:
    """Return the typed line; the households are the total of the file, else the sum of the parts it has.

    A part withheld makes the sum unknown. Raise `Refused` with every fault.
    """
    values = Values(cells)
    code, annee = read_commune(values), read_year(values)
    given = {column: read_figure(values, cells, column) for column in ("foyers", *PARTS) if column in cells}
    foyers = given.pop("foyers", None)
    if foyers is None and given and None not in given.values():
        foyers = sum((part for part in given.values() if part is not None), Decimal(0))
    values.check()
    return LigneChiffres(Niveau.COMMUNE, code, annee, (("rsa_foyers", foyers),))
