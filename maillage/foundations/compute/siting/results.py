"""What a choice of places is worth, and how much of it is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import TypeAlias

# Two objectives closer than this, relatively, are one: what double precision leaves of a sum of thousands of terms.
EXACT = 1e-9
NEARBY = 5

Chosen: TypeAlias = tuple[int, ...]


class Preuve(StrEnum):
    """What may be said of a choice. Running out of time proves nothing: it leaves a gap."""

    OPTIMALE = "optimale"
    ECART = "ecart"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another choice, nearly as good; `chosen` are positions, in increasing order."""

    chosen: Chosen
    objective: float


@dataclass(frozen=True, slots=True)
class Siting:
    """The best choice found, and `bound`, the value that no choice can beat.

    `nearby` are up to five other good choices met on the way, the best first; nothing is proven of them.
    `first_seconds` is when the first answer was known, `seconds` the whole time.
    """

    chosen: Chosen
    objective: float
    bound: float
    nearby: tuple[Alternative, ...]
    first_seconds: float
    seconds: float

    @property
    def gap(self) -> float:
        """Return what could still be won, as a share of the objective; 0 once proven optimal."""
        return relative_gap(self.objective, self.bound)

    @property
    def preuve(self) -> Preuve:
        return Preuve.OPTIMALE if self.gap <= EXACT else Preuve.ECART


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has come: `fraction` from 0 to 1, the best choice so far, its objective and the bound."""

    fraction: float
    chosen: Chosen
    objective: float
    bound: float


Report: TypeAlias = Callable[[Progress], None]


def relative_gap(objective: float, bound: float) -> float:
    """Return |bound − objective| / |objective|; 0 when they are equal, infinite when only the objective is zero."""
    distance = abs(bound - objective)
    if distance <= 0:
        return 0.0
    return distance / abs(objective) if objective else float("inf")


@dataclass(slots=True)
class Search:
    """The memory of a search: its clock, the choices it met, the bound it holds, whom it reports to.

    `sign` is 1 to maximise and −1 to minimise. The choices are kept the best first; ties go to the smallest positions,
    so that the same seed gives the same answer.
    """

    sign: int
    deadline: float
    report: Report | None = None
    bound: float = field(init=False)
    _start: float = field(init=False, default_factory=monotonic)
    _pool: dict[Chosen, float] = field(init=False, default_factory=dict)
    _best: tuple[float, Chosen] | None = field(init=False, default=None)
    _first: float | None = field(init=False, default=None)
    _first_gap: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.bound = self.sign * float("inf")

    @property
    def elapsed(self) -> float:
        return monotonic() - self._start

    @property
    def late(self) -> bool:
        return self.elapsed >= self.deadline

    @property
    def best(self) -> float:
        """Return the objective of the best choice met, the worst possible value when there is none."""
        return self._best[0] if self._best else -self.sign * float("inf")

    @property
    def chosen(self) -> Chosen:
        return self._best[1] if self._best else ()

    def meet(self, chosen: Chosen, objective: float) -> None:
        """Keep a choice; positions in any order."""
        kept = tuple(sorted(chosen))
        self._pool[kept] = objective
        rank = (-self.sign * objective, kept)
        if self._best is None or rank < (-self.sign * self._best[0], self._best[1]):
            self._best = (objective, kept)
        if self._first is None:
            self._first = self.elapsed
        if len(self._pool) > 40 * NEARBY:
            self._pool = dict(self._ranked()[: 4 * NEARBY])

    def tighten(self, bound: float) -> None:
        """Hold a better bound, never beyond the best choice, and tell whoever follows."""
        self.bound = min(self.bound, bound) if self.sign > 0 else max(self.bound, bound)
        self.bound = max(self.bound, self.best) if self.sign > 0 else min(self.bound, self.best)
        gap = relative_gap(self.best, self.bound)
        if self._first_gap is None:
            self._first_gap = gap
        if self.report:
            closed = 1 - gap / self._first_gap if 0 < self._first_gap < float("inf") else float(gap == 0)
            fraction = min(1.0, max(closed, self.elapsed / self.deadline if self.deadline else 1.0))
            self.report(Progress(fraction, self.chosen, self.best, self.bound))

    def answer(self) -> Siting:
        others = [Alternative(chosen, value) for chosen, value in self._ranked() if chosen != self.chosen]
        first = self.elapsed if self._first is None else self._first
        return Siting(self.chosen, self.best, self.bound, tuple(others[:NEARBY]), first, self.elapsed)

    def _ranked(self) -> list[tuple[Chosen, float]]:
        return sorted(self._pool.items(), key=lambda item: (-self.sign * item[1], item[0]))
