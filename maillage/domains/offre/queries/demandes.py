"""The tables of the room: what each request calls for, and the pieces to join."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.offre.enums import Demande, Portee

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class FicheDemande:
    """What a kind of request calls for; `existante`: it changes a SIAE in activity."""

    code: Demande
    workflow: str
    avis: Portee
    existante: bool
    article: str
    aide: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class PieceAttendue:
    """A piece that a dossier calls for during `[valid_from, valid_to)`; `types` empty: of every kind of SIAE."""

    code: str
    libelle: str
    demandes: tuple[Demande, ...]
    types: tuple[str, ...]
    article: str
    valid_from: date
    valid_to: date | None
    confirmed: bool

    def expected(self, demande: str, type_siae: str, on: date) -> bool:
        """Tell whether it is asked of such a dossier on a day."""
        in_force = self.valid_from <= on and (self.valid_to is None or on < self.valid_to)
        return in_force and demande in self.demandes and (not self.types or type_siae in self.types)


@cache
def list_demandes() -> Mapping[str, FicheDemande]:
    """Return the kinds of requests by code, in the order of the table."""
    rows = tomllib.loads((HERE / "demandes.toml").read_text("utf-8"))["demande"]
    cards = [FicheDemande(**{**row, "code": Demande(row["code"]), "avis": Portee(row["avis"])}) for row in rows]
    return {card.code.value: card for card in cards}


@cache
def _pieces() -> tuple[PieceAttendue, ...]:
    rows = tomllib.loads((HERE / "pieces.toml").read_text("utf-8"))["piece"]
    return tuple(
        PieceAttendue(
            code=row["code"],
            libelle=row["libelle"],
            demandes=tuple(Demande(code) for code in row["demandes"]),
            types=tuple(row.get("types", ())),
            article=row["article"],
            valid_from=row["valid_from"],
            valid_to=row.get("valid_to"),
            confirmed=row["confirmed"],
        )
        for row in rows
    )


def list_pieces(demande: str, type_siae: str, *, on: date) -> tuple[PieceAttendue, ...]:
    """Return the pieces to join to a dossier deposited on a day, in the order of the table."""
    return tuple(piece for piece in _pieces() if piece.expected(demande, type_siae, on))
