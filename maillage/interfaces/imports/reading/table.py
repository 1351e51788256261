"""From bytes to a table: which line is the header, which records follow it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import match_columns, normalise
from maillage.interfaces.imports.reading.delimited import read_delimited
from maillage.interfaces.imports.reading.geojson import read_geojson
from maillage.interfaces.imports.reading.kinds import FormatFichier, recognise
from maillage.interfaces.imports.reading.records import read_records
from maillage.interfaces.imports.reading.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from maillage.interfaces.imports.reading.rows import Row, Sheet
    from maillage.interfaces.imports.source import Column

# Columns that our own list of rejects adds after those of the file, to be found again when it comes back corrected.
LIGNE_ORIGINE = "Ligne d’origine"
MOTIF = "Motif du rejet"
# A title, a date, a note may stand above the header of a spreadsheet made by hand.
_HEADER_WITHIN = 20


@dataclass(frozen=True, slots=True)
class Table:
    """A file read: its header, what was understood on the way (French), and its records below the header."""

    kind: FormatFichier
    header: tuple[str, ...]
    notes: tuple[str, ...]
    _rows: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """Yield the records that hold anything, from the top; one that does not fit the header has a defect."""
        width = len(self.header)
        for row in self._rows():
            if row.empty:
                continue
            values = tuple(_clean(value) for value in row.values)
            while len(values) > width and not values[-1]:
                values = values[:-1]
            if not row.defect and len(values) != width:
                yield replace(
                    row, values=values, defect=f"La ligne compte {len(values)} valeurs, l’en-tête {width} colonnes."
                )
            else:
                yield replace(row, values=values)


def sign_header(header: Sequence[str]) -> str:
    """Return the same for two files whose headers read the same, our own columns left aside."""
    ours = {normalise(LIGNE_ORIGINE), normalise(MOTIF)}
    names = [name for name in map(normalise, header) if name not in ours]
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()


def open_table(content: bytes, columns: Sequence[Column], *, unpacked_limit: int) -> Table:
    """Read a file of any known kind; raise `Refused` when it is not a table or has no header.

    Of a workbook, the sheet read is the first whose header names the most expected columns.
    """
    kind = recognise(content, unpacked_limit=unpacked_limit)
    sheets = _read(content, kind)
    found = [(sheet, *place) for sheet in sheets if (place := _find_header(sheet, columns))]
    if not found:
        raise Refused(Refusal("fichier_vide", "Le fichier est vide.", "fichier"))
    sheet, _, index, header = max(found, key=lambda candidate: candidate[1])
    notes = [f"Format reconnu : {kind}."]
    if len(sheets) > 1:
        others = ", ".join(f"« {other.title} »" for other in sheets if other is not sheet)
        notes.append(f"Feuille lue : « {sheet.title} ». Feuilles laissées : {others}.")
    notes += sheet.notes
    if index:
        notes.append(f"En-tête trouvé à la ligne {header.number} ; ce qui précède est laissé.")
    names = header.values
    while names and not names[-1]:
        names = names[:-1]
    return Table(kind, names, tuple(notes), lambda: islice(sheet.rows(), index + 1, None))


def place_of(name: str, header: Sequence[str]) -> int | None:
    """Return where a column stands in a header, its name compared as all names are."""
    names = [normalise(other) for other in header]
    return names.index(normalise(name)) if normalise(name) in names else None


def _read(content: bytes, kind: FormatFichier) -> list[Sheet]:
    match kind:
        case FormatFichier.CSV:
            return [read_delimited(content)]
        case FormatFichier.GEOJSON:
            return [read_geojson(content)]
        case FormatFichier.JSON:
            return [read_records(content)]
        case _:
            return read_workbook(content, kind)


def _find_header(sheet: Sheet, columns: Sequence[Column]) -> tuple[int, int, Row] | None:
    """Return, of the first records, the one that names the most expected columns: how many, its index, itself.

    Without any, it is the first that holds anything; None when the sheet holds nothing.
    """
    candidates = [
        (len(match_columns(row.values, columns)), index, row)
        for index, row in enumerate(islice(sheet.rows(), _HEADER_WITHIN))
        if not row.empty
    ]
    return max(candidates, key=lambda candidate: (candidate[0], -candidate[1]), default=None)


def _clean(value: str) -> str:
    """Drop what the database refuses, and the apostrophe that our exports put before what looks like a formula."""
    value = value.replace("\x00", "")
    return value[1:] if value[:1] == "'" and value[1:2] in ("=", "+", "-", "@") else value
