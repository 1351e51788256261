"""One département, with its job seekers and its RSA recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.chiffres import LigneChiffres, read_figures
from maillage.interfaces.imports.reading.values import Values
from maillage.interfaces.imports.tableau_insertion.card import MILLESIME, PUBLICS
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_line(cells: Mapping[str, str]) -> LigneChiffres:
    """Return the typed line; raise `Refused` with every fault."""
    values = Values(cells)
    code = values.text("code", required=True, longest=3).upper().zfill(2)
    annee = values.year("annee") or MILLESIME
    figures = read_figures(values, cells, PUBLICS)
    values.check()
    return LigneChiffres(Niveau.DEPARTEMENT, code, annee, figures)
