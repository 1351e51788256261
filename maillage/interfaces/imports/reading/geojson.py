"""GeoJSON as a table: one record per feature, its properties in columns, its geometry in the column « geometry »."""

from __future__ import annotations

import json
from typing import Any

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.rows import Row, Sheet

GEOMETRY = "geometry"


def read_geojson(content: bytes) -> Sheet:
    """Return the features of a collection as records; raise `Refused` when the JSON is broken or holds none."""
    try:
        rows = _read(json.loads(content.decode("utf-8-sig")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # not JSON, or not of the shape of a map
        raise Refused(
            Refusal("geojson_illisible", "Ce fichier GeoJSON est abîmé : il ne se lit pas comme une carte.", "fichier")
        ) from None
    count = len(rows) - 1
    if not count:
        raise Refused(Refusal("aucune_ligne", "Cette carte GeoJSON ne contient aucun objet.", "fichier"))
    return Sheet(lambda: iter(rows), (f"Carte GeoJSON de {count} objet{'s' if count > 1 else ''}.",))


def _read(collection: Any) -> list[Row]:
    """Return the header as record 0, then the features numbered from 1."""
    features = [(feature["properties"] or {}, feature.get("geometry")) for feature in collection["features"]]
    header = list(dict.fromkeys(name for properties, _ in features for name in properties))
    rows = [Row(0, (*header, GEOMETRY))]
    for number, (properties, geometry) in enumerate(features, start=1):
        values = ["" if properties.get(name) is None else _text(properties[name]) for name in header]
        rows.append(Row(number, (*values, json.dumps(geometry) if geometry else "")))
    return rows


def _text(value: Any) -> str:
    """Write a property, without the half characters that JSON allows and UTF-8 refuses."""
    return str(value).strip().encode("utf-8", "replace").decode()
