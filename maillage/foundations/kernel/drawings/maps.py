"""A map: shapes shared into classes, points on top, a legend, a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import slugify

from maillage.foundations.kernel.drawings.legend import LegendLine
from maillage.foundations.kernel.drawings.markup import inline
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import INCONNU, NARROW_SPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from maillage.foundations.kernel.drawings.legend import Legend

MAX_TAB_STOPS = 100


@dataclass(frozen=True, slots=True)
class Shape:
    """A territory: its outline as SVG path data, its value as people read it, its class (None: unknown)."""

    code: str
    name: str
    path: str
    value_label: str
    klass: int | None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A place, in the units of the view box; `kind` is its position in `Legend.kinds`."""

    x: float
    y: float
    name: str
    kind: int = 0
    value_label: str = ""
    radius: float = 5
    href: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A short text written on the map, centred there: the number of a département."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """A map and what it says.

    `viewbox` is SVG's (« 0 0 1000 810 »), the frame of every path and point. `outlines` are paths drawn over the shapes
    (limits of départements). Raises `ValueError` when a class or a kind of point is not in the legend.

    Every linked shape is a tab stop, unless there are more than a hundred: then the links serve the pointer alone, and
    the keyboard path is the table. `table_href` is where that table is, when it is too long to stand under the map.
    """

    title: str
    description: str
    viewbox: str
    shapes: Sequence[Shape]
    legend: Legend
    points: Sequence[Point] = ()
    outlines: Sequence[str] = ()
    labels: Sequence[Label] = ()
    table_href: str = ""

    def __post_init__(self) -> None:
        for klass in {shape.klass for shape in self.shapes}:
            if klass is not None:
                self.legend.tint(klass)
        if any(not 0 <= point.kind < len(self.legend.kinds) for point in self.points):
            raise ValueError(f"a kind of point has no name in the legend « {self.legend.title} »")

    @property
    def key(self) -> str:
        """Identifier of the map in its page."""
        return slugify(self.title)

    @property
    def linked(self) -> bool:
        """Whether some part leads somewhere."""
        return any(shape.href for shape in self.shapes) or any(point.href for point in self.points)

    @property
    def dense(self) -> bool:
        """Whether there are too many parts for one tab stop each."""
        return len(self.shapes) + len(self.points) > MAX_TAB_STOPS

    @property
    def svg(self) -> SafeString:
        """The map for a page, without its legend: classes and no colour."""
        return inline(self)

    @property
    def alt(self) -> str:
        """The map in words, for a document: title, description, how many territories in each class."""
        lines = f"{NARROW_SPACE}; ".join(
            f"{line.label} ({line.count})" for line in (*self.class_lines, *self.kind_lines)
        )
        return f"Carte{NARROW_SPACE}: {self.title}. {self.description} {lines}".strip()

    def role(self, shape: Shape) -> str:
        """Return how a shape is painted."""
        if not self.legend.classes:
            return "land"
        return "na" if shape.klass is None else f"k{self.legend.tint(shape.klass)}"

    @property
    def class_lines(self) -> list[LegendLine]:
        """The lines of the legend for the shapes; the unknown come last, if there are some."""
        counts = Counter(shape.klass for shape in self.shapes)
        lines = [
            LegendLine(f"k{self.legend.tint(klass)}", label, counts[klass])
            for klass, label in enumerate(self.legend.classes)
        ]
        return [*lines, LegendLine("na", INCONNU, counts[None])] if lines and counts[None] else lines

    @property
    def kind_lines(self) -> list[LegendLine]:
        """The lines of the legend for the points."""
        counts = Counter(point.kind for point in self.points)
        return [LegendLine(f"p{kind}", label, counts[kind]) for kind, label in enumerate(self.legend.kinds)]

    def table(self) -> Sheet:
        """Return the twin of the map: territories with value and class; without classes, the places drawn on it."""
        if not self.legend.classes:
            return self._places()
        names = (*self.legend.classes, INCONNU)
        rows = [
            (shape.name, shape.value_label, names[-1 if shape.klass is None else shape.klass]) for shape in self.shapes
        ]
        return Sheet(self.title, ("Territoire", self.legend.title, "Classe"), rows)

    def _places(self) -> Sheet:
        rows = [(point.name, self.legend.kinds[point.kind], point.value_label) for point in self.points]
        return Sheet(f"{self.title}{NARROW_SPACE}: lieux", ("Nom", "Type", "Valeur"), rows)
