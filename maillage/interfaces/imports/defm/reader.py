"""One commune, with its job seekers by public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.chiffres import LigneChiffres, read_commune, read_figures, read_year
from maillage.interfaces.imports.defm.card import PUBLICS
from maillage.interfaces.imports.reading.values import Values
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_line(cells: Mapping[str, str]) -> LigneChiffres:
    """Return the typed line; raise `Refused` with every fault, a part larger than its whole among them."""
    values = Values(cells)
    code, annee = read_commune(values), read_year(values)
    figures = read_figures(values, cells, PUBLICS)
    whole = dict(figures).get("defm_abc")
    for column, public in PUBLICS.items():
        part = dict(figures).get(public)
        if whole is not None and part is not None and part > whole:
            values.fault(column, "partie_trop_grande", f"« {cells[column]} » dépasse le total de la commune, {whole}.")
    values.check()
    return LigneChiffres(Niveau.COMMUNE, code, annee, figures)
