"""One line of a table of the ROME, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.reading.values import Values
from maillage.references.economie.rules import check_rome

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


@dataclass(frozen=True, slots=True)
class LigneTable:
    """A trade of the ROME."""

    code: str
    libelle: str
    parent: str
    transition: str

    @property
    def key(self) -> Hashable:
        """A code is one trade."""
        return self.code


def read_line(cells: Mapping[str, str]) -> LigneTable:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    ligne = LigneTable(
        values.checked("code", check_rome, required=True),
        values.text("libelle", required=True, longest=200),
        values.checked("parent", check_rome),
        values.text("transition", longest=120),
    )
    values.check()
    return ligne
