"""What the fictional region must add up to, read from `region.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class TypeFictif:
    """How many SIAE of a kind there are, what they employ, how they spread and change from year to year."""

    code: str
    nombre: int
    etp: Decimal
    part_salaries: float
    dispersion: float
    evolution: float
    affinites: dict[str, float]
    poste: float | None = None


@dataclass(frozen=True, slots=True)
class DepartementFictif:
    """A département: its SIAE, its share of the employees in per cent, its job seekers."""

    code: str
    siae: int
    part_salaries: float
    demandeurs: int


@dataclass(frozen=True, slots=True)
class PublicFictif:
    """A public: per cent of the job seekers, yearly trend, gradient between communes, and the level it is known at."""

    code: str
    part: float
    evolution: float
    pente: float = 0.0
    niveau: str = "commune"


@dataclass(frozen=True, slots=True)
class Region:
    """The whole of `region.toml`; `groupes` maps a group of sectors to its share of the hours in per cent."""

    source: str
    code: str
    seed: int
    annees: tuple[int, ...]
    salaries: int
    types: tuple[TypeFictif, ...]
    departements: tuple[DepartementFictif, ...]
    groupes: dict[str, float]
    publics: tuple[PublicFictif, ...]
    annees_besoin: tuple[int, ...]
    quartiers: dict[str, Any]
    freins: dict[str, float]

    @property
    def annee(self) -> int:
        """The year whose figures are the strategy's."""
        return self.annees[-1]

    def draw(self, theme: str) -> np.random.Generator:
        """Return the draws of one theme: always the same, whatever the other themes draw."""
        return np.random.default_rng([self.seed, crc32(theme.encode())])


@dataclass(frozen=True, slots=True)
class Mots:
    """The words of the names and addresses."""

    avant: dict[str, list[str]]
    legal: dict[str, str]
    apres: list[str]
    voies: list[str]
    prenoms: dict[str, list[str]]


@cache
def get_region() -> Region:
    """Return the fictional region."""
    facts = tomllib.loads((HERE / "region.toml").read_text(encoding="utf-8"))
    return Region(
        source=facts["source"],
        code=facts["region"],
        seed=facts["seed"],
        annees=tuple(facts["annees"]),
        salaries=facts["salaries"],
        types=tuple(TypeFictif(**{**row, "etp": Decimal(row["etp"])}) for row in facts["type"]),
        departements=tuple(DepartementFictif(**row) for row in facts["departement"]),
        groupes={row["code"]: row["part_heures"] for row in facts["groupe"]},
        publics=tuple(PublicFictif(**row) for row in facts["public"]),
        annees_besoin=tuple(facts["annees_besoin"]),
        quartiers=facts["quartiers"],
        freins={code: row["frein"] for row in facts["sous_dote"] for code in row["codes"]},
    )


@cache
def get_mots() -> Mots:
    """Return the words of `noms.toml`."""
    return Mots(**tomllib.loads((HERE / "noms.toml").read_text(encoding="utf-8")))
