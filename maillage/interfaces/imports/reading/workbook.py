"""XLSX and ODS: the values of each sheet, formulas by their last computed value."""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from python_calamine import CalamineError, PasswordError, load_workbook

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.formulas import unreadable_cells
from maillage.interfaces.imports.reading.kinds import FormatFichier
from maillage.interfaces.imports.reading.rows import Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet, CalamineWorkbook


class _Plage(NamedTuple):
    """A merged range: rows of the sheet, columns of what it holds, all from 0 and included."""

    top: int
    left: int
    bottom: int
    right: int


def read_workbook(content: bytes, kind: FormatFichier) -> list[Sheet]:
    """Return the sheets of a workbook that hold anything; raise `Refused` when it is protected or broken."""
    workbook = _load(content)
    sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    return [_open(sheet, content, kind) for sheet in sheets if sheet.height]


def _open(sheet: CalamineSheet, content: bytes, kind: FormatFichier) -> Sheet:
    unreadable = cache(lambda: unreadable_cells(content, sheet.name) if kind is FormatFichier.XLSX else {})
    merged = sheet.merged_cell_ranges or []
    notes = []
    if merged:
        notes.append(
            f"Cellules fusionnées : {len(merged)} plage{'s' if len(merged) > 1 else ''} ; la valeur d’une plage "
            "est reportée dans chacune de ses cellules, sauf un effectif, qui ne se partage pas."
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
    """Yield every row from the first of the sheet, empty ones included, and the columns that hold something."""
    _, first_column = sheet.start or (0, 0)
    starting: defaultdict[int, list[_Plage]] = defaultdict(list)
    for (top, left), (bottom, right) in merged:
        if first_column <= left < first_column + sheet.width:  # elsewhere, its only value is empty
            starting[top].append(_Plage(top, left - first_column, bottom, right - first_column))
    defects: defaultdict[int, list[str]] = defaultdict(list)
    for (row, _), reason in unreadable.items():
        defects[row].append(reason)
    active: list[tuple[_Plage, str]] = []
    for row, cells in enumerate(sheet.iter_rows()):
        values = [_to_text(cell) for cell in cells]
        active = [(plage, value) for plage, value in active if plage.bottom >= row]
        active += [(plage, values[plage.left]) for plage in starting[row]]
        shared: set[int] = set()
        for plage, value in active:
            for column in range(plage.left, min(plage.right + 1, len(values))):
                values[column] = value
                if value and (plage.bottom > plage.top or column > plage.left):
                    shared.add(column)
        yield Row(row + 1, tuple(values), " ".join(defects[row]), frozenset(shared))


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
