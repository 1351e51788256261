"""What the committed tables of facts say: the administrative division of one vintage of the COG.

The tables, their sources and their licences are described in `facts/README.md`; `manage.py build_facts` writes them.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FACTS = Path(__file__).resolve().parent.parent / "facts"


@dataclass(frozen=True, slots=True)
class CommuneFait:
    """A commune or a municipal arrondissement (it then has a `commune_mere`); `population` may be unknown."""

    code: str
    nom: str
    commune_mere: str
    departement: str
    region: str
    epci: str
    ept: str
    codes_postaux: tuple[str, ...]
    population: int | None


@dataclass(frozen=True, slots=True)
class EnsembleFait:
    """An intercommunalité (`niveau`: epci, ept or metropole), a département or a région."""

    code: str
    nom: str
    niveau: str


@dataclass(frozen=True, slots=True)
class PassageFait:
    ancien_code: str
    ancien_nom: str
    code: str


@dataclass(frozen=True, slots=True)
class Decoupage:
    """The whole division of one vintage.

    `populations` gives the census year of the legal populations by département; `lambert93` holds the regions that the
    national projection covers; `sources` the attribution of each kind of fact.
    """

    millesime: int
    communes: tuple[CommuneFait, ...]
    ensembles: tuple[EnsembleFait, ...]
    passages: tuple[PassageFait, ...]
    populations: dict[str, int]
    lambert93: frozenset[str]
    sources: dict[str, str]

    def regions(self) -> list[str]:
        """Return the codes of the regions, in order."""
        return sorted({commune.region for commune in self.communes})


def list_millesimes(folder: Path = FACTS) -> list[int]:
    """Return the vintages whose tables are present, oldest first."""
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def get_decoupage(millesime: int, folder: Path = FACTS) -> Decoupage:
    """Read the tables of one vintage; raise `FileNotFoundError` when they are not there."""
    home = folder / str(millesime)
    departements, regions = _rows(home / "departements.csv"), _rows(home / "regions.csv")
    return Decoupage(
        millesime=millesime,
        communes=tuple(
            CommuneFait(
                code=row["code"],
                nom=row["nom"],
                commune_mere=row["commune_mere"],
                departement=row["departement"],
                region=row["region"],
                epci=row["epci"],
                ept=row["ept"],
                codes_postaux=tuple(row["codes_postaux"].split()),
                population=int(row["population"]) if row["population"] else None,
            )
            for row in _rows(home / "communes.csv")
        ),
        ensembles=(
            *(EnsembleFait(row["code"], row["nom"], row["niveau"]) for row in _rows(home / "intercommunalites.csv")),
            *(EnsembleFait(row["code"], row["nom"], "departement") for row in departements),
            *(EnsembleFait(row["code"], row["nom"], "region") for row in regions),
        ),
        passages=tuple(
            PassageFait(row["ancien_code"], row["ancien_nom"], row["code"]) for row in _rows(home / "passages.csv")
        ),
        populations={row["code"]: int(row["population_annee"]) for row in departements},
        lambert93=frozenset(row["code"] for row in regions if row["zone"] == "metro"),
        sources=tomllib.loads((home / "sources.toml").read_text(encoding="utf-8")),
    )
