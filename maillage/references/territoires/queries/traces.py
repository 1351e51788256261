"""The drawing of a region: SVG paths in integer pixels, all layers aligned."""

from __future__ import annotations

from typing import NamedTuple

import shapely

from maillage.foundations.compute.coverage import Frame
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Contour
from maillage.references.territoires.queries.millesimes import current_millesime

__all__ = ["Traces", "current_millesime", "get_frame", "get_traces"]


class Traces(NamedTuple):
    """SVG paths by code of territory, and the viewBox that they are drawn in."""

    paths: dict[str, str]
    viewbox: str


def get_traces(region: str, maille: Maille, *, millesime: int | None = None) -> Traces:
    """Return the paths of the territories of a maille in the newest vintage; no path where no outline is known.

    Raise `LookupError` when the region is not loaded.
    """
    millesime = millesime or current_millesime(region)
    contours = Contour.objects.filter(region=region)
    if maille == Maille.COMMUNE:
        drawn = contours.filter(territoire__niveau=Niveau.COMMUNE, territoire__millesime=millesime)
    else:
        drawn = contours.filter(
            territoire__composition__maille=maille,
            territoire__composition__unite__region=region,
            territoire__composition__unite__millesime=millesime,
        ).distinct()
    paths = dict(drawn.order_by("territoire__code").values_list("territoire__code", "trace"))
    frame = find_frame(region, millesime=millesime)
    return Traces(paths, frame.viewbox if frame else "0 0 1000 1000")


def find_frame(region: str, *, millesime: int) -> Frame | None:
    """Return the frame of the region's map, None when its outline is not known."""
    outline = Contour.objects.filter(
        region=region,
        territoire__niveau=Niveau.REGION,
        territoire__code=region,
        territoire__millesime=millesime,
    ).first()
    return Frame.around(shapely.from_wkb(bytes(outline.geometrie)).bounds) if outline else None


def get_frame(region: str) -> Frame:
    """Return the frame of the region's map: `project(x, y)` places Lambert-93 points on it; raise `LookupError`."""
    frame = find_frame(region, millesime=current_millesime(region))
    if frame is None:
        raise LookupError(f"Aucun contour n’est chargé pour la région {region}.")
    return frame
