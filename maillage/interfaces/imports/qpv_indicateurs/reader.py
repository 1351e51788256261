"""One quartier, with its people by public."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from maillage.interfaces.imports.chiffres import LigneChiffres, read_figures, read_year
from maillage.interfaces.imports.qpv_indicateurs.card import PUBLICS
from maillage.interfaces.imports.reading.values import Values
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_line(cells: Mapping[str, str]) -> LigneChiffres:
    """Return the typed line; raise `Refused` with every fault."""
    values = Values(cells)
    code, annee = values.text("code", required=True, longest=8).upper(), read_year(values)
    if code and not re.fullmatch(r"Q[NP][0-9A-Z]{6}", code):
        values.fault("code", "code_qpv", f"« {code} » n’est pas un code de quartier, comme QN09301M.")
    figures = read_figures(values, cells, PUBLICS)
    values.check()
    return LigneChiffres(Niveau.QPV, code, annee, figures)
