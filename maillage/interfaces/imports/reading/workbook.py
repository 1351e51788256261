"""XLSX and ODS: the values of each sheet, formulas by their last computed value."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, PasswordError, load_workbook

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.formulas import unreadable_cells
from maillage.interfaces.imports.reading.kinds import FormatFichier
from maillage.interfaces.imports.reading.rows import Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet, CalamineWorkbook


def read_workbook(content: bytes, kind: FormatFichier) -> list[Sheet]:
    """Return the sheets of a workbook that hold anything; raise `Refused` when it is protected or broken."""
    workbook = _load(content)
    sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    return [_open(sheet, content, kind) for sheet in sheets if sheet.height]


def _open(sheet: CalamineSheet, content: bytes, kind: FormatFichier) -> Sheet:
    unreadable = cache(lambda: unreadable_cells(content, sheet.name) if kind is FormatFichier.XLSX else {})
    merged = sorted(sheet.merged_cell_ranges or [])
    notes = []
    if merged:
        notes.append(
            f"Cellules fusionnées : {len(merged)} plage{'s' if len(merged) > 1 else ''} ; la valeur d’une plage "
            "est reportée dans chacune de ses cellules."
        )
    return Sheet(lambda: _rows(sheet, merged, unreadable()), tuple(notes), sheet.name)


def _load(content: bytes) -> CalamineWorkbook:
    try:
        return load_workbook(io.BytesIO(content))
    except PasswordError:
        message = "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe."
    except CalamineError:
        message = "Ce classeur est abîmé. Ouvrez-le dans un tableur et enregistrez-le à nouveau."
    raise Refused(Refusal("classeur_illisible", message, "fichier"))


def _rows(
    sheet: CalamineSheet,
    merged: list[tuple[tuple[int, int], tuple[int, int]]],
    unreadable: dict[tuple[int, int], str],
) -> Iterator[Row]:
    first_row, first_column = sheet.start or (0, 0)
    pending = iter(merged)
    upcoming = next(pending, None)
    active: list[tuple[int, int, int, str]] = []  # last row, first column, last column, value
    defects: dict[int, list[str]] = {}
    for (row, _), reason in unreadable.items():
        defects.setdefault(row, []).append(reason)
    for row, cells in enumerate(sheet.iter_rows(), start=first_row):
        values = [_to_text(cell) for cell in cells]
        active = [plage for plage in active if plage[0] >= row]
        while upcoming and upcoming[0][0] <= row:
            (_, left), (bottom, right) = upcoming
            active.append((bottom, left, right, values[left - first_column]))
            upcoming = next(pending, None)
        for _, left, right, value in active:
            for column in range(left - first_column, min(right - first_column + 1, len(values))):
                values[column] = value
        yield Row(row + 1, tuple(values), " ".join(defects.get(row, ())))


def _to_text(cell: Any) -> str:
    """Write a cell as a person reads it: a whole number without decimals, a date in ISO form."""
    match cell:
        case bool():
            return "oui" if cell else "non"
        case float() if cell.is_integer():
            return str(int(cell))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell).strip()
