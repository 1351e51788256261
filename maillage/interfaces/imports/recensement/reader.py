"""One commune, with what its census counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.chiffres import LigneChiffres, read_commune, read_figures
from maillage.interfaces.imports.reading.values import Values
from maillage.interfaces.imports.recensement.card import MILLESIMES, VARIABLES, column_of
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_line(cells: Mapping[str, str]) -> LigneChiffres:
    """Return the typed line, of the newest vintage whose columns the file has; raise `Refused` with every fault."""
    values = Values(cells)
    code = read_commune(values)
    named = ({column_of(each, year): public for each, (public, _) in VARIABLES.items()} for year in MILLESIMES)
    annee, publics = next(
        (year, columns) for year, columns in zip(MILLESIMES, named, strict=True) if columns.keys() & cells.keys()
    )
    figures = read_figures(values, cells, publics)
    values.check()
    return LigneChiffres(Niveau.COMMUNE, code, annee, figures)
