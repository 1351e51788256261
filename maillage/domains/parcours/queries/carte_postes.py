"""The map of the posts: one mark for each commune that has some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, Sum

from maillage.foundations.kernel.drawings.legend import Legend
from maillage.foundations.kernel.drawings.maps import MapDrawing, Point, Shape
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.queries.traces import current_millesime, find_frame, get_traces

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Poste

RADII = (5, 7, 9, 12)  # of 1 post, 2 and more, 5 and more, 15 and more
BOUNDS = (2, 5, 15)


def draw_postes(
    rows: QuerySet[Poste], region: str, *, link: Callable[[str], str], table_href: str
) -> MapDrawing | None:
    """Return the map of posts, on the EPT and EPCI of a region; None when no outline is loaded."""
    try:
        millesime = current_millesime(region)
    except LookupError:
        return None
    frame = find_frame(region, millesime=millesime)
    if frame is None:
        return None
    places = list(
        rows.filter(commune__region=region, commune__x__isnull=False)
        .order_by()
        .values_list("commune__code", "commune__nom", "commune__x", "commune__y")
        .annotate(Count("pk"), Sum("places"))
        .order_by("commune__code")
    )
    points = []
    if places:
        codes, names, xs, ys, counts, seats = zip(*places, strict=True)
        x, y = frame.project(np.array(xs, dtype=np.float64), np.array(ys, dtype=np.float64))
        points = [
            Point(
                round(px, 1),
                round(py, 1),
                name,
                0,
                _tell(count, free),
                radius=RADII[sum(count >= bound for bound in BOUNDS)],
                href=link(code),
            )
            for code, name, px, py, count, free in zip(codes, names, x.tolist(), y.tolist(), counts, seats, strict=True)
        ]
    ensembles = get_traces(region, Maille.INTERCOMMUNALITE, millesime=millesime)
    return MapDrawing(
        title="Les postes ouverts, par commune",
        description="Plus la marque est grande, plus la commune a de postes.",
        viewbox=ensembles.viewbox,
        shapes=[Shape(code, "", path, "", None) for code, path in ensembles.paths.items()],
        legend=Legend("Postes", kinds=["commune où des postes sont ouverts"]),
        points=points,
        outlines=tuple(get_traces(region, Maille.DEPARTEMENT, millesime=millesime).paths.values()),
        table_href=table_href,
    )


def _tell(count: int, places: int) -> str:
    posts = f"{nombre(count)} postes" if count > 1 else "1 poste"
    return f"{posts}, {nombre(places)} places" if places > 1 else f"{posts}, 1 place"
