"""Which column of a file is which: names compared without case, accents or punctuation."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.interfaces.imports.source import Column


def normalise(name: str) -> str:
    """Return a column name as it is compared: « Code  Postal* » and « code_postal » are one."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())


def match_columns(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Return the position in the header of each expected column it names; a position serves one column only."""
    positions: dict[str, int] = {}
    for position, name in enumerate(header):
        positions.setdefault(normalise(name), position)
    matched: dict[str, int] = {}
    for column in columns:
        for name in (column.code, column.label, *column.aliases):
            found = positions.get(normalise(name))
            if found is not None and found not in matched.values():
                matched[column.code] = found
                break
    return matched
