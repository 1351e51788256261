"""What a person agrees to, in plain words, and the rules of an agreement."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.foundations.kernel.errors import Refusal

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Explication:
    """One use of the data of a person, as it is told to them."""

    titre: str
    pourquoi: str
    qui: str
    voit: tuple[str, ...]
    jamais: str
    retrait: str


@cache
def explications() -> dict[str, Explication]:
    """Return what each use is, by its object."""
    path = Path(__file__).parents[1] / "facts/consentements.toml"
    rows = tomllib.loads(path.read_text())
    return {str(code): Explication(**{**rows[code], "voit": tuple(rows[code]["voit"])}) for code in ObjetConsentement}


def check_accord(*, debut: date, fin: date, latest: date, on: date) -> list[Refusal]:
    """Return why an agreement may not be written so; `fin` is excluded, `latest` the last end allowed."""
    found = []
    if debut > on:
        found.append(Refusal("debut_futur", "Un accord se recueille aujourd’hui au plus tard.", "debut"))
    if fin <= debut:
        found.append(Refusal("fin_avant_debut", "Un accord vaut un jour au moins.", "fin"))
    if fin > latest:
        message = f"Un accord se redemande\u202f: celui-ci vaut jusqu’au {latest:%d/%m/%Y} au plus."
        found.append(Refusal("trop_long", message, "fin"))
    return found
