"""Cells of an XLSX sheet that show nothing a person could trust: a formula never computed, or one in error.

The spreadsheet reader gives such cells as empty; taken for « unknown », they would lose a figure in silence. They are
looked for in the sheet's own XML, read as a stream, and only when the sheet has formulas at all.

The XML comes from outside: ElementTree fetches nothing, expat bounds the expansion of entities, and `kinds` has bounded
the unpacked size.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def unreadable_cells(content: bytes, sheet_name: str) -> dict[tuple[int, int], str]:
    """Return, by (row, column) from 0, why a cell of the named sheet has no usable value, in French."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        path = _sheet_path(archive, sheet_name)
        if not _has_formulas(archive, path):
            return {}
        cells: dict[tuple[int, int], str] = {}
        with archive.open(path) as stream:
            for _, element in ET.iterparse(stream):  # noqa: S314
                if element.tag == f"{_MAIN}c" and (reason := _reason(element)):
                    cells[_position(element.get("r", ""))] = reason
                elif element.tag == f"{_MAIN}row":
                    element.clear()
        return cells


def _reason(cell: ET.Element) -> str:
    value = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") == "e":
        return f"La cellule {cell.get('r')} contient une formule en erreur ({value})."
    if cell.find(f"{_MAIN}f") is not None and not value and cell.get("t") != "str":
        return (
            f"La cellule {cell.get('r')} contient une formule sans valeur calculée : ouvrez le fichier dans un "
            "tableur et enregistrez-le."
        )
    return ""


def _sheet_path(archive: zipfile.ZipFile, sheet_name: str) -> str:
    workbook = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    relation = next(s.get(_RELATION) for s in workbook.iter(f"{_MAIN}sheet") if s.get("name") == sheet_name)
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next(r.get("Target", "") for r in relations if r.get("Id") == relation)
    return posixpath.normpath(posixpath.join("xl", target)).removeprefix("/")


def _has_formulas(archive: zipfile.ZipFile, path: str) -> bool:
    tail = b""
    with archive.open(path) as stream:
        while chunk := stream.read(1 << 20):
            if re.search(rb'<f[ >/]|t="e"', tail + chunk):
                return True
            tail = chunk[-8:]
    return False


def _position(reference: str) -> tuple[int, int]:
    """Turn « B3 » into (2, 1)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1
