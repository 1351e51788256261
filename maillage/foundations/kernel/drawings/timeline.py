"""A calendar: periods one under the other, on one scale of years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from maillage.foundations.kernel.tableur import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_KINDS = 3
_TICKS = 8  # years named on the scale, at most


@dataclass(frozen=True, slots=True)
class Span:
    """One period, `end` excluded; `kind` is its position in the kinds of the calendar, `text` what it is said to be."""

    label: str
    start: date
    end: date
    kind: int = 0
    text: str = ""
    href: str = ""

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpanLine:
    """A period ready to be drawn: where it starts and how long it is, in per cent of the scale."""

    span: Span
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Periods on one scale. On a page the calendar *is* a table, each row with its strip.

    `kinds` name the kinds of periods, three at most; `today` draws a line when it falls on the scale. Raise
    `ValueError` for a backward period or a kind without a name.
    """

    title: str
    description: str
    spans: Sequence[Span]
    kinds: Sequence[str]
    today: date
    subject: str = "Projet"

    def __post_init__(self) -> None:
        if not self.spans or any(span.end <= span.start for span in self.spans):
            raise ValueError(f"« {self.title} » has no period, or a backward one")
        if len(self.kinds) > MAX_KINDS or any(not 0 <= span.kind < len(self.kinds) for span in self.spans):
            raise ValueError(f"a kind of period has no name in « {self.title} »")

    @property
    def first(self) -> date:
        """The first day of the scale: a 1 January."""
        return date(min(span.start.year for span in self.spans), 1, 1)

    @property
    def end(self) -> date:
        """The day after the scale: a 1 January."""
        return date(max(span.last.year for span in self.spans) + 1, 1, 1)

    def place(self, day: date) -> float:
        """Return where a day stands on the scale, in per cent."""
        return 100 * (day - self.first).days / (self.end - self.first).days

    @property
    def lines(self) -> list[SpanLine]:
        """The periods on the scale."""
        return [
            SpanLine(span, f"{self.place(span.start):.2f}%", f"{self.place(span.end) - self.place(span.start):.2f}%")
            for span in self.spans
        ]

    @property
    def now(self) -> str:
        """Where today stands; empty when it is off the scale."""
        return f"{self.place(self.today):.2f}%" if self.first <= self.today < self.end else ""

    @property
    def ticks(self) -> list[tuple[int, str]]:
        """The years named on the scale, with where they start."""
        years = range(self.first.year, self.end.year)
        step = -(-len(years) // _TICKS)
        return [(year, f"{self.place(date(year, 1, 1)):.2f}%") for year in years[::step]]

    def table(self) -> Sheet:
        """Return the periods, unformatted."""
        rows = [(span.label, span.start, span.last, span.text) for span in self.spans]
        return Sheet(self.title, (self.subject, "Début", "Fin", "État"), rows)
