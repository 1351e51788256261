"""Maps and charts as data, drawn by the server: on the page with classes only, on paper with their own colours.

    drawing = MapDrawing(
        title="ETP pour 1 000 habitants en âge de travailler",
        description="Île-de-France, par commune, 2025.",
        viewbox="0 0 1000 810",
        shapes=[Shape("93066", "Saint-Denis", "M0 0h9v9z", "12,3", klass=2, href="/territoires/93066/")],
        legend=Legend("ETP pour 1 000", bounds_labels((1, 5.5), digits=1)),
    )
    <c-ui.map :drawing="drawing" />      in a template: the map, its legend and its table
    to_svg(drawing)                      for a PDF: one self-contained SVG, legend included
    drawing.table()                      the same figures as a `Sheet`

`BarChart` goes the same way with `<c-ui.chart :drawing="chart" />`, `ChangeChart` with `<c-ui.changes>`, `CurveChart`
with `<c-ui.curve>`, `FlowChart` with `<c-ui.flow>`, `Timeline` with `<c-ui.timeline>`. ADR 0006 tells why the server
draws.
"""

from maillage.foundations.kernel.drawings.changes import Change, ChangeChart
from maillage.foundations.kernel.drawings.charts import Bar, BarChart
from maillage.foundations.kernel.drawings.curves import Curve, CurveChart
from maillage.foundations.kernel.drawings.flows import Flow, FlowChart
from maillage.foundations.kernel.drawings.legend import Legend, bounds_labels
from maillage.foundations.kernel.drawings.maps import Label, MapDrawing, Point, Shape
from maillage.foundations.kernel.drawings.paper import to_svg
from maillage.foundations.kernel.drawings.timeline import Span, Timeline

__all__ = [
    "Bar",
    "BarChart",
    "Change",
    "ChangeChart",
    "Curve",
    "CurveChart",
    "Flow",
    "FlowChart",
    "Label",
    "Legend",
    "MapDrawing",
    "Point",
    "Shape",
    "Span",
    "Timeline",
    "bounds_labels",
    "to_svg",
]
