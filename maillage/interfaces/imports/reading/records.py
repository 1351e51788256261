"""A JSON list of objects as a table: their properties in columns, one record per object or per item of its series."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.rows import Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_records(content: bytes) -> Sheet:
    """Return the objects of a JSON list as records; raise `Refused` when the JSON is broken or is no such list.

    An object inside an object gives columns named `outer.inner`. A list of objects inside is a series: the object gives
    one record for each of its items, with its own properties beside (the first such list; an empty one gives none).
    """
    try:
        objects = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _refusal("encodage_inconnu", "Ce fichier JSON n’est pas en UTF-8.") from None
    except json.JSONDecodeError as error:
        message = (
            f"Ce fichier JSON est abîmé à la ligne {error.lineno} : il a sans doute été coupé. "
            "Téléchargez-le à nouveau."
        )
        raise _refusal("json_illisible", message) from None
    except RecursionError:
        raise _refusal("json_illisible", "Ce fichier JSON est trop imbriqué pour être un tableau.") from None
    if not isinstance(objects, list) or not all(isinstance(each, dict) for each in objects):
        raise _refusal("format_inconnu", "Ce document JSON n’est pas une liste d’objets : ce n’est pas un tableau.")
    if not objects:
        raise _refusal("aucune_ligne", "Cette liste JSON ne contient aucun objet.")
    records = [record for each in objects for record in _unfold(each)]
    header = tuple(dict.fromkeys(name for record in records for name in record))
    rows = [Row(0, header)]
    rows += [
        Row(number, tuple(record.get(name, "") for name in header)) for number, record in enumerate(records, start=1)
    ]
    count = len(objects)
    note = f"Liste JSON de {count} objet{'s' if count > 1 else ''}, {len(records)} enregistrements."
    return Sheet(lambda: iter(rows), (note,))


def _unfold(each: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the records of one object."""
    series = next((name for name, value in each.items() if _is_series(value)), None)
    own = _flatten({name: value for name, value in each.items() if name != series}, "")
    if series is None:
        yield own
        return
    for item in each[series]:
        yield {**own, **_flatten(item, f"{series}.")}


def _is_series(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value) and bool(value)


def _flatten(each: dict[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in each.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            flat[f"{prefix}{name}"] = "" if value is None else _text(value)
    return flat


def _text(value: Any) -> str:
    """Write a value, without the half characters that JSON allows and UTF-8 refuses."""
    return str(value).strip().encode("utf-8", "replace").decode()


def _refusal(code: str, message: str) -> Refused:
    return Refused(Refusal(code, message, "fichier"))
