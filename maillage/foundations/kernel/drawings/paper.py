"""Drawings on their own, for a PDF: colours, font and legend inside one SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from maillage.foundations.kernel.drawings import palette
from maillage.foundations.kernel.drawings.maps import MapDrawing
from maillage.foundations.kernel.drawings.markers import marker
from maillage.foundations.kernel.drawings.markup import body
from maillage.foundations.kernel.templatetags.ui import nombre

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.foundations.kernel.drawings.charts import BarChart

FONT = 'font-family="Atkinson Hyperlegible"'
WIDTH = 1000  # units across a chart, and across a map for the size of its legend
ROW, LABELS, VALUES = 44, 330, 130
GAP = 14


def to_svg(drawing: MapDrawing | BarChart) -> str:
    """Return a self-contained SVG: no title nor description, which the document writes as caption and alternative text.

    Text is set in Atkinson Hyperlegible, which `kernel.documents` provides.
    """
    return "".join(_map(drawing) if isinstance(drawing, MapDrawing) else _chart(drawing))


def _map(drawing: MapDrawing) -> Iterator[str]:
    left, top, width, height = map(float, drawing.viewbox.split())
    scale = width / WIDTH
    legend = "".join(_legend(drawing))
    lines = -(-len(drawing.class_lines) // 2) + -(-len(drawing.kind_lines) // 2)
    titled = 2 if drawing.kind_lines and drawing.class_lines else 1
    full = height + scale * (34 * (lines + titled) + GAP * titled if lines else 0)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {width:g} {full:g}">'
    yield from body(drawing, palette.paper, links=False)
    yield f'<g transform="translate({left:g} {top + height:g}) scale({scale:g})">{legend}</g></svg>'


def _legend(drawing: MapDrawing) -> Iterator[str]:
    """Yield the legend in two columns: the classes, then the kinds of points."""
    y = 40
    for title, lines in ((drawing.legend.title, drawing.class_lines), (drawing.legend.places, drawing.kind_lines)):
        if not lines:
            continue
        yield f'<text x="0" y="{y}" {FONT} font-weight="700" font-size="22" fill="{palette.INK}">{escape(title)}</text>'
        half = -(-len(lines) // 2)
        for position, line in enumerate(lines):
            x, base = WIDTH // 2 * (position // half), y + 34 * (position % half + 1)
            yield _swatch(drawing, line.role, x, base)
            text = f"{escape(line.label)} <tspan fill='{palette.QUIET}'>({nombre(line.count)})</tspan>"
            yield f'<text x="{x + 46}" y="{base}" {FONT} font-size="21" fill="{palette.INK}">{text}</text>'
        y += 34 * (half + 1) + GAP


def _swatch(drawing: MapDrawing, role: str, x: float, y: float) -> str:
    if role.startswith("p"):
        return f'<path {palette.paper(role)} d="{marker(int(role[1:]), x + 17, y - 7, 9)}"/>'
    fill = f'fill="url(#{drawing.key}-na)"' if role == "na" else palette.paper(role)
    return f'<path {fill} stroke="{palette.BORDER}" d="M{x} {y - 18}h34v22h-34z"/>'


def _chart(chart: BarChart) -> Iterator[str]:
    """Yield one row per bar: label, bar, value; then the axis."""
    room, height = WIDTH - LABELS - VALUES, ROW * len(chart.lines)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {FONT} font-size="22">'
    for number, line in enumerate(chart.lines):
        y, end = ROW * number, LABELS + room * float(line.percent.rstrip("%")) / 100
        text = f'y="{y + 30}" fill="{palette.INK}"' + (' font-weight="700"' if line.bar.strong else "")
        colour = palette.STRONG if line.bar.strong else palette.BAR
        yield f'<text x="{LABELS - 14}" text-anchor="end" {text}>{escape(line.bar.label)}</text>'
        yield f'<path fill="{colour}" d="M{LABELS} {y + 8}H{end:.1f}v{ROW - 16}H{LABELS}z"/>'
        yield f'<text x="{end + 12:.1f}" {text}>{escape(line.text)}</text>'
    yield f'<path stroke="{palette.INK}" stroke-width="2" d="M{LABELS} 0V{height}"/></svg>'
