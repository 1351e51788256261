"""Changes: what a quantity was and what it has become, one line per territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import decimal

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Change:
    """A quantity before and after, zero or more; None is unknown, and then no change is drawn nor counted."""

    label: str
    before: float | None
    after: float | None
    href: str = ""
    strong: bool = False

    @property
    def difference(self) -> float | None:
        """What was gained, or lost under zero."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change ready to be drawn: positions in per cent of the longest, and the figures for people."""

    change: Change
    before: str
    after: str
    difference: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class ChangeChart:
    """Changes one under the other, on one scale from zero. On a page the chart *is* a table, each row with its line.

    `names` heads the figures before and after. Raises `ValueError` for a negative quantity.
    """

    title: str
    description: str
    names: tuple[str, str]
    changes: Sequence[Change]
    subject: str = "Territoire"
    digits: int = 2

    def __post_init__(self) -> None:
        if any(value is not None and value < 0 for each in self.changes for value in (each.before, each.after)):
            raise ValueError(f"« {self.title} » has a negative quantity: the scale starts at zero")

    @property
    def lines(self) -> list[ChangeLine]:
        """The changes, scaled to the longest."""
        values = [value for each in self.changes for value in (each.before, each.after) if value is not None]
        longest = max(values, default=0.0) or 1.0
        return [
            ChangeLine(
                each,
                decimal(each.before, self.digits),
                decimal(each.after, self.digits),
                self._signed(each.difference),
                "" if each.before is None else f"{100 * each.before / longest:.2f}%",
                "" if each.after is None else f"{100 * each.after / longest:.2f}%",
            )
            for each in self.changes
        ]

    def _signed(self, difference: float | None) -> str:
        if difference is None:
            return decimal(None)
        rounded = round(difference, self.digits) or 0.0  # never « −0 »
        return ("+" if rounded > 0 else "") + decimal(rounded, self.digits)

    def table(self) -> Sheet:
        """Return the figures of the chart, unformatted."""
        rows = [(each.label, each.before, each.after, each.difference) for each in self.changes]
        return Sheet(self.title, (self.subject, *self.names, "Évolution"), rows)
