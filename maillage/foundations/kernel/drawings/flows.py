"""Flows: how many go from each node, on the left, to each node, on the right."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import decimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# The frame, in the units of the view box: two columns of names, and the flows between them.
WIDTH, SIDE, TOP, STEP = 640, 92, 40, 72
THICKEST = 60  # all that leaves or enters the busiest node, side by side


@dataclass(frozen=True, slots=True)
class Flow:
    """How many go from a node to another, zero or more; None is withheld, and then is not drawn."""

    source: str
    target: str
    value: int | None


@dataclass(frozen=True, slots=True)
class FlowChart:
    """Flows between the same nodes, set in one order on both sides; as thick as they are large.

    `names` heads both sides, `unit` says what is counted. Raises `ValueError` for a node that is not named, or a
    negative flow.
    """

    title: str
    description: str
    unit: str
    nodes: Sequence[str]
    flows: Sequence[Flow]
    names: tuple[str, str] = ("De", "Vers")

    def __post_init__(self) -> None:
        if any(node not in self.nodes for flow in self.flows for node in (flow.source, flow.target)):
            raise ValueError(f"a flow of « {self.title} » has a node without a name")
        if any(flow.value is not None and flow.value < 0 for flow in self.flows):
            raise ValueError(f"« {self.title} » has a negative flow")

    @property
    def key(self) -> str:
        """Identifier of the chart in its page."""
        return slugify(self.title)

    @property
    def drawn(self) -> list[Flow]:
        """The flows that are drawn: somebody goes, and it is told."""
        return [flow for flow in self.flows if flow.value]

    @property
    def svg(self) -> SafeString:
        """The chart for a page: classes and no colour; its figures are in the table."""
        return mark_safe("".join(self._svg()))  # noqa: S308  (every text is escaped below)

    def table(self) -> Sheet:
        """Return the figures of the chart, unformatted; None is withheld."""
        rows = [(flow.source, flow.target, flow.value) for flow in self.flows if flow.value != 0]
        return Sheet(self.title, (*self.names, self.unit), rows)

    def _svg(self) -> Iterator[str]:
        height = TOP + STEP * len(self.nodes)
        yield f'<svg class="mg-flow__svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{self.key}">'
        yield _text("head", SIDE - 10, 20, "end", self.names[0])
        yield _text("head", WIDTH - SIDE + 10, 20, "start", self.names[1])
        for place, node in enumerate(self.nodes):
            y = TOP + STEP * (place + 0.5) + 6
            yield _text("node", SIDE - 10, y, "end", node)
            yield _text("node", WIDTH - SIDE + 10, y, "start", node)
        yield from self._bands()
        yield "</svg>"

    def _bands(self) -> Iterator[str]:
        """Yield each flow as a band, those of a node side by side around its middle."""
        left, right = self._totals(0), self._totals(1)
        scale = THICKEST / max((*left.values(), *right.values()), default=1)
        starts = {node: self._middle(node) - scale * total / 2 for node, total in left.items()}
        ends = {node: self._middle(node) - scale * total / 2 for node, total in right.items()}
        x1, x2 = SIDE, WIDTH - SIDE
        bend = (x1 + x2) / 2
        order = [(a, b) for a in self.nodes for b in self.nodes]
        values = {(flow.source, flow.target): flow.value or 0 for flow in self.drawn}
        for source, target in order:
            if not (value := values.get((source, target), 0)):
                continue
            thick = scale * value
            y1, y2 = starts[source], ends[target]
            starts[source] += thick
            ends[target] += thick
            path = (
                f"M{x1} {y1:.1f}C{bend:.0f} {y1:.1f} {bend:.0f} {y2:.1f} {x2} {y2:.1f}v{thick:.1f}"
                f"C{bend:.0f} {y2 + thick:.1f} {bend:.0f} {y1 + thick:.1f} {x1} {y1 + thick:.1f}z"
            )
            title = escape(f"{source} → {target}\u202f: {decimal(value, 0)} {self.unit}")
            yield f'<path class="mg-flow__band" d="{path}"><title>{title}</title></path>'

    def _totals(self, side: int) -> dict[str, int]:
        totals: dict[str, int] = {}
        for flow in self.drawn:
            node = (flow.source, flow.target)[side]
            totals[node] = totals.get(node, 0) + (flow.value or 0)
        return totals

    def _middle(self, node: str) -> float:
        return TOP + STEP * (list(self.nodes).index(node) + 0.5)


def _text(role: str, x: float, y: float, anchor: str, text: str) -> str:
    return f'<text class="mg-flow__{role}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
