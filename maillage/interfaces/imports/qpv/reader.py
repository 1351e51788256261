"""One quartier, typed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maillage.interfaces.imports.reading.values import Values

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


@dataclass(frozen=True, slots=True)
class LigneQpv:
    """A quartier in some communes; `contour` is a GeoJSON (multi)polygon in WGS 84, None when the file has none."""

    code: str
    nom: str
    communes: tuple[str, ...]
    contour: dict[str, Any] | None

    @property
    def millesime(self) -> int:
        """The vintage, which the code tells: « QP » for the quartiers of 2015, « QN » for those of 2024."""
        return 2015 if self.code.startswith("QP") else 2024

    @property
    def key(self) -> Hashable:
        """A quartier may have one line by commune."""
        return self.code, self.communes


def read_line(cells: Mapping[str, str]) -> LigneQpv:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    code = values.text("code", required=True).upper()
    if code and not re.fullmatch(r"Q[NP][0-9A-Z]{6}", code):
        values.fault("code", "code_qpv", f"« {code} » n’est pas un code de quartier, comme QN09301M.")
    nom = values.text("nom", required=True, longest=200)
    communes = tuple(
        part.strip().upper().zfill(5) for part in values.text("communes", required=True).split(",") if part.strip()
    )
    contour = _read_contour(values, cells.get("contour", ""))
    values.check()
    return LigneQpv(code, nom, communes, contour)


def _read_contour(values: Values, text: str) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        geometry: dict[str, Any] = json.loads(text)
        kind = geometry["type"]
    except (ValueError, KeyError, TypeError, RecursionError):
        values.fault("contour", "contour_illisible", "Le contour n’est pas une géométrie GeoJSON.")
        return None
    if kind not in {"Polygon", "MultiPolygon"}:
        values.fault("contour", "contour_inattendu", f"Le contour est un objet « {kind} » ; un polygone est attendu.")
        return None
    return geometry
