"""Curves: one figure against another, on two axes that start at zero."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from maillage.foundations.kernel.tableur import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# The frame, in the units of the view box: the plot, and room for what is written on its left and under it.
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 480, 76, 70, 14, 20


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y) of increasing x. `reference` draws it as what the others are compared with."""

    label: str
    points: Sequence[tuple[float, float]]
    reference: bool = False


@dataclass(frozen=True, slots=True)
class CurveChart:
    """At most two curves over the same x: the second one is dashed, so that colour is never the only difference.

    `x_ticks` and `y_ticks` are (value, text) pairs; the last one is the end of its axis. `rows` are the figures of the
    twin, under `columns`. Raises `ValueError` without ticks, or for a point that lies out of the axes.
    """

    title: str
    description: str
    x_label: str
    y_label: str
    curves: Sequence[Curve]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def __post_init__(self) -> None:
        if not self.x_ticks or not self.y_ticks:
            raise ValueError(f"« {self.title} » has an axis without ticks")
        ends = self.x_ticks[-1][0] * (1 + 1e-9), self.y_ticks[-1][0] * (1 + 1e-9)
        for curve in self.curves:
            if any(not (0 <= x <= ends[0] and 0 <= y <= ends[1]) for x, y in curve.points):
                raise ValueError(f"« {curve.label} » goes out of the axes")

    @property
    def key(self) -> str:
        """Identifier of the chart in its page."""
        return slugify(self.title)

    @property
    def svg(self) -> SafeString:
        """The chart for a page: classes and no colour; its figures are in the table."""
        return mark_safe("".join(self._svg()))  # noqa: S308  (every text is escaped below)

    def table(self) -> Sheet:
        """Return the figures of the chart."""
        return Sheet(self.title, self.columns, self.rows)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        across, up = x / self.x_ticks[-1][0], y / self.y_ticks[-1][0]
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - BOTTOM - TOP)

    def _svg(self) -> Iterator[str]:
        yield f'<svg class="mg-curve__svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{self.key}">'
        for value, text in self.x_ticks:
            x, y = self._place(value, 0)
            yield f'<path class="mg-curve__grid" d="M{x:.1f} {y:.1f}V{TOP}"/>'
            yield _text("tick", x, y + 24, "middle", text)
        for value, text in self.y_ticks:
            x, y = self._place(0, value)
            yield f'<path class="mg-curve__grid" d="M{x:.1f} {y:.1f}H{WIDTH - RIGHT}"/>'
            yield _text("tick", x - 8, y + 6, "end", text)
        for curve in self.curves:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self._place(*point) for point in curve.points))
            role = "reference" if curve.reference else "line"
            yield f'<polyline class="mg-curve__{role}" points="{points}"/>'
        yield _text("label", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "middle", self.x_label)
        yield "</svg>"


def _text(role: str, x: float, y: float, anchor: str, text: str) -> str:
    return f'<text class="mg-curve__{role}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
