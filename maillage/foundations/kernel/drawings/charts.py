"""A bar chart: quantities one under the other, on one scale from zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, decimal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One quantity, zero or more; None is unknown. `strong` sets it apart from the others, `href` leads to its page."""

    label: str
    value: Decimal | float | None
    href: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A bar ready to be drawn: `percent`, its share of the longest, is a width; `text` is its value, for people."""

    bar: Bar
    percent: str
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars and their values. On a page the chart *is* a table, each row with its bar.

    `unit` heads the values, `subject` the labels; values are written with `digits` decimals. Raises `ValueError` for a
    negative quantity.
    """

    title: str
    description: str
    unit: str
    bars: Sequence[Bar]
    subject: str = "Territoire"
    digits: int = 0

    def __post_init__(self) -> None:
        if any(bar.value is not None and bar.value < 0 for bar in self.bars):
            raise ValueError(f"« {self.title} » has a negative quantity: a bar starts at zero")

    @property
    def lines(self) -> list[Line]:
        """The bars, scaled to the longest."""
        longest = max((float(bar.value) for bar in self.bars if bar.value is not None), default=0.0)
        return [
            Line(bar, f"{100 * float(bar.value or 0) / (longest or 1):.2f}%", decimal(bar.value, self.digits))
            for bar in self.bars
        ]

    @property
    def alt(self) -> str:
        """The chart in words, for a document: every bar with its value."""
        values = f"{NARROW_SPACE}; ".join(f"{line.bar.label} {line.text}" for line in self.lines)
        return f"Graphique en barres{NARROW_SPACE}: {self.title}. {self.unit}{NARROW_SPACE}: {values}."

    def table(self) -> Sheet:
        """Return the figures of the chart, unformatted."""
        return Sheet(self.title, (self.subject, self.unit), [(bar.label, bar.value) for bar in self.bars])
