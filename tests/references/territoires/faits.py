"""A country of a few communes, written as tables of facts."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COMMUNES = ("code", "nom", "commune_mere", "departement", "region", "epci", "ept", "codes_postaux", "population")
Row = tuple[object, ...]

SOURCES = 'decoupage = "essai"\npopulation = "essai"\n'


def write_facts(folder: Path, millesime: int, communes: list[Row], passages: list[Row]) -> None:
    """Write one vintage: two regions side by side, an EPCI astride them, an EPT in a métropole."""
    home = folder / str(millesime)
    home.mkdir(parents=True)
    tables: dict[str, list[Row]] = {
        "communes": [COMMUNES, *communes],
        "intercommunalites": [
            ("code", "nom", "niveau", "nature"),
            ("200054781", "Métropole du Grand Paris", "metropole", "METRO"),
            ("200057867", "Plaine Commune", "ept", "EPT"),
            ("247800550", "CC du Pays Houdanais", "epci", "CC"),
        ],
        "departements": [
            ("code", "nom", "region", "population_annee"),
            *((code, f"Département {code}", region, 2023) for code, region in DEPARTEMENTS.items()),
        ],
        "regions": [("code", "nom", "zone"), ("11", "Île-de-France", "metro"), ("24", "Centre-Val de Loire", "metro")],
        "passages": [("ancien_code", "ancien_nom", "code"), *passages],
    }
    for name, rows in tables.items():
        with (home / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    (home / "sources.toml").write_text(SOURCES, encoding="utf-8")


DEPARTEMENTS = {"78": "11", "93": "11", "28": "24"}
SAINT_DENIS: Row = ("93066", "Saint-Denis", "", "93", "11", "200054781", "200057867", "93200", 149_077)
AUBERVILLIERS: Row = ("93001", "Aubervilliers", "", "93", "11", "200054781", "200057867", "93300", 88_365)
HOUDAN: Row = ("78310", "Houdan", "", "78", "11", "247800550", "", "78550", 3_900)
HAVELU: Row = ("28193", "Havelu", "", "28", "24", "247800550", "", "28410", 130)
# Celles (Cantal) has no outline in the source; here it has neither population nor intercommunalité.
CELLES: Row = ("15031", "Celles", "", "28", "24", "", "", "15170", "")
