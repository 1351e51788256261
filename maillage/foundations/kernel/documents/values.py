"""What a template receives: texts, numbers, and dictionaries ready for the building blocks of `document.typ`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from maillage.foundations.kernel.drawings import BarChart, MapDrawing, to_svg
from maillage.foundations.kernel.parameters import Parametre
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import INCONNU, decimal, jour, moment, valeur_ou_inconnu


def prepare(value: Any) -> Any:
    """Return a value as JSON can carry it; raise `TypeError` for one that no block can show.

    Decimals and dates become French text, nan becomes null; a drawing becomes `{svg, alt, title, note}`, a sheet
    `{title, columns, numeric, rows, note}` with cells as text, a parameter a dictionary of texts.
    """
    if isinstance(value, (MapDrawing, BarChart)):
        return {"svg": to_svg(value), "alt": value.alt, "title": value.title, "note": value.description}
    if isinstance(value, Sheet):
        return _sheet(value)
    if isinstance(value, Parametre):
        return _parametre(value)
    if isinstance(value, Mapping):
        return {str(key): prepare(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [prepare(item) for item in value]
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, (Decimal, date)):
        return text(value)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    raise TypeError(f"a document cannot show {type(value).__name__}: {value!r}")


def text(value: Any) -> str:
    """Write a value the French way, « non renseigné » when it is unknown."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return jour(value)
    unknown = value is None or value == "" or value != value  # only nan differs from itself
    return INCONNU if unknown else str(valeur_ou_inconnu(value))


def _sheet(sheet: Sheet) -> dict[str, Any]:
    rows = [list(row) for row in sheet.rows]
    places = [max((_places(row[number]) for row in rows), default=0) for number in range(len(sheet.columns))]
    numeric = [
        any(_is_number(row[number]) for row in rows) and not any(_is_words(row[number]) for row in rows)
        for number in range(len(sheet.columns))
    ]
    return {
        "title": sheet.title,
        "columns": list(sheet.columns),
        "numeric": numeric,
        "rows": [[_cell(value, digits) for value, digits in zip(row, places, strict=True)] for row in rows],
        "note": sheet.note,
    }


def _cell(value: Any, digits: int) -> str:
    """Write a cell: as `text`, with short dates and the decimals of its column."""
    if _is_number(value) and value == value:
        return decimal(value, digits)
    return str(valeur_ou_inconnu(value)) if isinstance(value, date) else text(value)


def _places(value: Any) -> int:
    """Return how many decimals a number needs, two at most."""
    return len(f"{value:.2f}".rstrip("0").partition(".")[2]) if _is_number(value) else 0


def _is_number(value: Any) -> bool:
    return not isinstance(value, (str, bool, date)) and value is not None


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and value not in {"", INCONNU}


def _parametre(value: Parametre) -> dict[str, Any]:
    return {
        "label": value.label,
        "value": value.amount,
        "since": jour(value.valid_from),
        "reference": value.reference,
        "confirmed": value.confirmed,
    }
