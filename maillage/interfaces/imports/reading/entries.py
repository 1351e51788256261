"""From records to typed lines, with every reason why a record is not one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from maillage.foundations.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from maillage.interfaces.imports.reading.rows import Row
    from maillage.interfaces.imports.reading.table import Table
    from maillage.interfaces.imports.source import Source


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and what it says: its typed line, or the reasons for a refusal."""

    row: Row
    line: Any | None
    refusals: tuple[Refusal, ...] = ()


def read_entries(
    table: Table, source: Source[Any], colonnes: Mapping[str, int], *, taken: Mapping[Hashable, str]
) -> Iterator[Entry]:
    """Read every record of a table; one whose key was met above, or is `taken`, is refused with where it is.

    What is kept in memory is one key per line, never the lines.
    """
    seen: dict[Hashable, int] = {}
    for row in table.rows():
        entry = _read(row, source, colonnes)
        if entry.line is not None:
            key = entry.line.key
            if where := taken.get(key) or (f"la ligne {seen[key]}" if key in seen else ""):
                entry = Entry(row, None, (refuse_double(source, where),))
            else:
                seen[key] = row.number
        yield entry


def refuse_double(source: Source[Any], where: str) -> Refusal:
    """Say that a line is the same as another, and where that one is."""
    return Refusal("doublon", f"Doublon de {where} : {source.card.key}.")


def _read(row: Row, source: Source[Any], colonnes: Mapping[str, int]) -> Entry:
    if row.defect:
        return Entry(row, None, (Refusal("ligne_illisible", row.defect),))
    if shared := [c for c in source.card.columns if c.count and colonnes.get(c.code) in row.shared]:
        return _refuse_shared(row, {column.code: colonnes[column.code] for column in shared})
    try:
        return Entry(row, source.read({code: row.values[place] for code, place in colonnes.items()}))
    except Refused as refused:
        return Entry(row, None, refused.refusals)


def _refuse_shared(row: Row, places: Mapping[str, int]) -> Entry:
    """Refuse a line for its counts that are those of several, and empty them: corrected or not, none is multiplied."""
    message = "La valeur « {} » est dans une cellule fusionnée : répartissez-la entre les lignes."
    refusals = [Refusal("valeur_partagee", message.format(row.values[place]), code) for code, place in places.items()]
    values = tuple("" if place in places.values() else value for place, value in enumerate(row.values))
    return Entry(replace(row, values=values), None, tuple(refusals))
