"""Maps of SIAE: the region, or the sites of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maillage.foundations.compute.coverage import Frame, draw, svg_path
from maillage.foundations.compute.geodesy import to_lambert93
from maillage.foundations.kernel.drawings import Legend, MapDrawing, Point, Shape
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Contour
from maillage.references.territoires.queries.millesimes import current_millesime
from maillage.references.territoires.queries.traces import find_frame, get_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from maillage.references.structures.models import Implantation

KINDS = tuple(TypeSiae)
# A site is drawn with the communes that lie within this distance (m), simplified to this many pixels.
AROUND_M, TOLERANCE_PX = 6_000.0, 1.2


def draw_siae(rows: QuerySet[Any], region: str, *, link: Callable[[int], str], table_href: str) -> MapDrawing | None:
    """Return the map of the principal sites of SIAE of a region, by kind; None when no outline is loaded.

    A site without coordinates stands on its commune's point. Four queries, whatever the number of SIAE.
    """
    try:
        millesime = current_millesime(region)
    except LookupError:
        return None
    frame = find_frame(region, millesime=millesime)
    if frame is None:
        return None
    sites = list(
        rows.filter(principale__commune__region=region).values_list(
            "pk",
            "nom",
            "type_siae",
            "commune_nom",
            "longitude",
            "latitude",
            "principale__commune__x",
            "principale__commune__y",
        )
    )
    points = []
    if sites:
        pks, names, kinds, communes, *places = zip(*sites, strict=True)
        x, y = _project(frame, *(np.array(values, dtype=np.float64) for values in places))
        points = [
            Point(round(px, 1), round(py, 1), nom, KINDS.index(TypeSiae(kind)), commune, radius=5, href=link(pk))
            for pk, nom, kind, commune, px, py in zip(pks, names, kinds, communes, x.tolist(), y.tolist(), strict=True)
            if np.isfinite(px)
        ]
    ensembles = get_traces(region, Maille.INTERCOMMUNALITE, millesime=millesime)
    return MapDrawing(
        title="Les SIAE de la région, par type",
        description="Implantation principale de chaque SIAE, sur les EPT et EPCI.",
        viewbox=ensembles.viewbox,
        shapes=[Shape(code, "", path, "", None) for code, path in ensembles.paths.items()],
        legend=Legend("SIAE", kinds=[kind.label for kind in KINDS]),
        points=points,
        outlines=tuple(get_traces(region, Maille.DEPARTEMENT, millesime=millesime).paths.values()),
        table_href=table_href,
    )


def draw_sites(sites: Sequence[Implantation]) -> MapDrawing | None:
    """Return the map of the sites of one SIAE among the communes around them; None when none can be placed."""
    places = np.array([(s.longitude, s.latitude, s.commune.x, s.commune.y) for s in sites], dtype=np.float64)
    if not places.size:
        return None
    x, y = _metres(*places.T)
    known = np.flatnonzero(np.isfinite(x))
    if not known.size:
        return None
    around = (
        x[known].min() - AROUND_M,
        y[known].min() - AROUND_M,
        x[known].max() + AROUND_M,
        y[known].max() + AROUND_M,
    )
    contours = list(
        Contour.objects.filter(
            territoire__niveau=Niveau.COMMUNE,
            territoire__millesime=sites[0].commune.millesime,
            territoire__x__range=(around[0], around[2]),
            territoire__y__range=(around[1], around[3]),
        ).select_related("territoire")
    )
    if not contours:
        return None
    shapes: Any = shapely.from_wkb([bytes(contour.geometrie) for contour in contours])
    frame = Frame.around(shapely.total_bounds(shapes))
    paths = [svg_path(rings) for rings in draw(shapes, frame, tolerance=TOLERANCE_PX)]
    px, py = frame.project(x, y)
    return MapDrawing(
        title="Implantations",
        description="Sites de la SIAE et communes alentour.",
        viewbox=frame.viewbox,
        shapes=[
            Shape(each.territoire.code, each.territoire.nom, path, "", None)
            for each, path in zip(contours, paths, strict=True)
        ],
        legend=Legend("Sites", kinds=["implantation principale", "implantation secondaire"]),
        points=[
            Point(
                px[i], py[i], sites[i].ville or sites[i].commune.nom, 0 if sites[i].principale else 1, str(sites[i]), 12
            )
            for i in known.tolist()
        ],
    )


def _metres(longitude: Any, latitude: Any, commune_x: Any, commune_y: Any) -> tuple[Any, Any]:
    """Return Lambert-93 points: the site's own, else its commune's."""
    x, y = to_lambert93(longitude, latitude)
    own = np.isfinite(x)
    return np.where(own, x, commune_x), np.where(own, y, commune_y)


def _project(frame: Frame, *places: Any) -> tuple[Any, Any]:
    return frame.project(*_metres(*places))
