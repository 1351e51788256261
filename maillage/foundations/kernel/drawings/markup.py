"""The marks of a map, in as few bytes as a region of 1,300 communes asks for."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from maillage.foundations.kernel.drawings import palette
from maillage.foundations.kernel.drawings.markers import marker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.foundations.kernel.drawings.maps import MapDrawing, Point, Shape
    from maillage.foundations.kernel.drawings.palette import Paint


def inline(drawing: MapDrawing) -> SafeString:
    """Return the `<svg>` of a page; the caption of its figure has the identifier `drawing.key`.

    Without links it is an image, with links a group of links. Too many links to tab through are for the mouse alone:
    the drawing is then hidden from assistive technologies, which read the caption, the legend and the table instead.
    """
    if drawing.linked and drawing.dense:
        access = 'aria-hidden="true"'
    else:
        access = f'role="{"group" if drawing.linked else "img"}" aria-labelledby="{drawing.key}"'
    parts = "".join(body(drawing, palette.page, links=True))
    return mark_safe(f'<svg class="mg-map__svg" viewBox="{escape(drawing.viewbox)}" {access}>{parts}</svg>')  # noqa: S308  (escaped below)


def body(drawing: MapDrawing, paint: Paint, *, links: bool) -> Iterator[str]:
    """Yield the hatching, the shapes by class, the outlines, the points and the labels."""
    yield hatching(drawing.key, paint)
    yield f"<g {paint('shapes')}>"
    # Sorted by class, a class is written once; people who tab through the map keep the order given.
    shapes = sorted(drawing.shapes, key=drawing.role) if drawing.dense else drawing.shapes
    for role, members in groupby(shapes, key=drawing.role):
        fill = f' fill="url(#{drawing.key}-na)"' if role == "na" else ""
        yield f"<g {paint(role)}{fill}>"
        yield from (mark(drawing, shape, shape.path, links=links) for shape in members)
        yield "</g>"
    yield "</g>"
    if drawing.outlines:
        paths = (f'<path d="{escape(path)}"/>' for path in drawing.outlines)
        yield f"<g {paint('outlines')}>{''.join(paths)}</g>"
    for kind, points in groupby(sorted(drawing.points, key=lambda point: point.kind), key=lambda point: point.kind):
        yield f"<g {paint(f'p{kind}')}>"
        yield from (mark(drawing, point, marker(kind, point.x, point.y, point.radius), links=links) for point in points)
        yield "</g>"
    if drawing.labels:
        texts = (f'<text x="{label.x:g}" y="{label.y:g}">{escape(label.text)}</text>' for label in drawing.labels)
        yield f"<g {paint('labels')}>{''.join(texts)}</g>"


def mark(drawing: MapDrawing, part: Shape | Point, path: str, *, links: bool) -> str:
    """Return a path, named for the pointer and, when it leads somewhere, linked."""
    shape = f'<path d="{escape(path)}"/>'
    if not links:
        return shape
    name = f"{part.name} ({part.value_label})" if part.value_label else part.name
    named = f"{shape}<title>{escape(name)}</title>"
    if not part.href:
        return f"<g>{named}</g>"
    stop = ' tabindex="-1"' if drawing.dense else ""
    return f'<a{stop} href="{escape(part.href)}">{named}</a>'


def hatching(key: str, paint: Paint) -> str:
    """Return the pattern that fills what is unknown: oblique lines, so that it never reads as a low value."""
    return (
        f'<defs><pattern id="{key}-na" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)">'
        f'<path {paint("na-ground")} d="M0 0h7v7H0z"/><path {paint("na-lines")} d="M0 0v7"/></pattern></defs>'
    )
