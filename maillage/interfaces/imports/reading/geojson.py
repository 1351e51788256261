"""GeoJSON as a table: one record per feature, its properties in columns, its geometry in the column « geometry »."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.rows import Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

GEOMETRY = "geometry"


def read_geojson(content: bytes) -> Sheet:
    """Return the features of a collection as records; raise `Refused` when the JSON is broken or holds none."""
    try:
        collection = json.loads(content.decode("utf-8-sig"))
        features = collection["features"]
        header = list(dict.fromkeys(name for feature in features for name in feature["properties"] or {}))
    except (ValueError, KeyError, TypeError):
        raise Refused(
            Refusal("geojson_illisible", "Ce fichier GeoJSON est abîmé : il ne se lit pas comme une carte.", "fichier")
        ) from None
    if not features:
        raise Refused(Refusal("aucune_ligne", "Cette carte GeoJSON ne contient aucun objet.", "fichier"))
    notes = (f"Carte GeoJSON de {len(features)} objet{'s' if len(features) > 1 else ''}.",)
    return Sheet(lambda: _rows(header, features), notes)


def _rows(header: list[str], features: list[dict[str, Any]]) -> Iterator[Row]:
    """Yield the header as record 0, then the features numbered from 1."""
    yield Row(0, (*header, GEOMETRY))
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") or {}
        geometry = feature.get("geometry")
        values = ["" if properties.get(name) is None else _text(properties[name]) for name in header]
        yield Row(number, (*values, json.dumps(geometry) if geometry else ""))


def _text(value: Any) -> str:
    """Write a property, without the half characters that JSON allows and UTF-8 refuses."""
    return str(value).strip().encode("utf-8", "replace").decode()
