"""Rewrite the tables of facts of one vintage from the producer's package (see `docs/donnees/territoires.md`)."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.references.territoires.queries.faits import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]


class Command(BaseCommand):
    help = "Reconstruit les tables de faits d’un millésime à partir du paquet @etalab/decoupage-administratif déplié."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dossier", type=Path, help="dossier du paquet déplié (contient data/)")
        parser.add_argument("--millesime", type=int, required=True, help="millésime du COG porté par le paquet")
        parser.add_argument("--population", type=int, required=True, help="année des populations légales")
        parser.add_argument("--population-mayotte", type=int, default=2017, help="année de la population de Mayotte")
        parser.add_argument("--historique", type=Path, help="paquet 0.7.0 déplié, pour le nom des anciennes communes")

    def handle(self, *args: Any, **options: Any) -> None:
        package = _read_package(options["dossier"])
        former = json.loads((options["historique"] / "data/historique-communes.json").read_text("utf-8"))
        year, years = options["population"], {"976": options["population_mayotte"]}
        home = FACTS / str(options["millesime"])
        home.mkdir(parents=True, exist_ok=True)
        regions = [row for row in package["regions"] if row["zone"] != "com"]
        tables = {
            "communes": _communes(package),
            "intercommunalites": _intercommunalites(package),
            "departements": [
                _only(row, "code", "nom", "region") | {"population_annee": years.get(row["code"], year)}
                for row in package["departements"]
                if row["zone"] != "com"
            ],
            "regions": [_only(row, "code", "nom", "zone") for row in regions],
            "passages": _passages(package["communes"], former),
        }
        for name, rows in tables.items():
            _write(home / f"{name}.csv", rows)
            self.stdout.write(f"{name}.csv : {len(rows)} lignes")


def _read_package(folder: Path) -> dict[str, list[Row]]:
    names = ("communes", "epci", "ept", "departements", "regions")
    return {name: json.loads((folder / f"data/{name}.json").read_text("utf-8")) for name in names}


def _only(row: Row, *columns: str) -> Row:
    return {column: row[column] for column in columns}


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: str(next(iter(row.values())))))


def _members(groups: list[Row]) -> dict[str, str]:
    return {member["code"]: group["code"] for group in groups for member in group["membres"]}


def _communes(package: dict[str, list[Row]]) -> list[Row]:
    """Return communes and arrondissements; collectivités d'outre-mer belong to no region and are left out."""
    epci, ept = _members(package["epci"]), _members(package["ept"])
    return [
        {
            "code": row["code"],
            "nom": row["nom"],
            "commune_mere": row.get("commune", ""),
            "departement": row["departement"],
            "region": row["region"],
            "epci": epci.get(row.get("commune") or row["code"], ""),
            "ept": ept.get(row["code"], ""),
            "codes_postaux": " ".join(row.get("codesPostaux", [])),
            "population": row.get("population", ""),
        }
        for row in package["communes"]
        if row["type"] in {"commune-actuelle", "arrondissement-municipal"} and row["zone"] != "com"
    ]


def _intercommunalites(package: dict[str, list[Row]]) -> list[Row]:
    """Return EPCI and EPT; the EPCI whose communes are grouped in EPT is the métropole."""
    epci = _members(package["epci"])
    metropoles = {epci[commune] for commune in _members(package["ept"])}
    levels = {group["code"]: "metropole" if group["code"] in metropoles else "epci" for group in package["epci"]}
    levels |= {group["code"]: "ept" for group in package["ept"]}
    return [
        {**_only(group, "code", "nom"), "niveau": levels[group["code"]], "nature": group["type"]}
        for group in [*package["epci"], *package["ept"]]
    ]


def _passages(communes: list[Row], former: Iterable[Row]) -> list[Row]:
    """Return each code that is no longer a commune, with the commune that holds its land now.

    A commune déléguée or associée of today says it best; `anciensCodes` also remembers groupings that were undone
    since, so it speaks only for codes that are neither a commune nor a part of one.
    """
    current = {row["code"] for row in communes if row["type"] == "commune-actuelle"}
    names = {row["code"]: row["nom"] for row in former if row.get("nom")}
    links = {old: row["code"] for row in communes for old in row.get("anciensCodes", [])}
    for row in communes:
        if row["type"] in {"commune-deleguee", "commune-associee"}:
            links[row["code"]] = row["chefLieu"]
            names[row["code"]] = row["nom"]
    unknown = Counter(code for code in links.values() if code not in current)
    if unknown:
        raise ValueError(f"codes that lead to no commune of today: {unknown}")
    return [
        {"ancien_code": old, "ancien_nom": names.get(old, ""), "code": code}
        for old, code in links.items()
        if old not in current
    ]
