"""What the colours and the marks of a map mean."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from maillage.foundations.kernel.drawings.markers import marker
from maillage.foundations.kernel.drawings.palette import TINTS
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, decimal

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Legend:
    """`title` says what is measured, with its unit; `classes` name the classes, the lowest first, at most seven.

    No class: the shapes are only a background. `kinds` name the kinds of points, at most five; `places` says what the
    points are.
    """

    title: str
    classes: Sequence[str] = ()
    kinds: Sequence[str] = ()
    places: str = "Lieux"

    def __post_init__(self) -> None:
        if len(self.classes) > TINTS:
            raise ValueError(f"{len(self.classes)} classes: people tell at most {TINTS} tints apart")

    def tint(self, klass: int) -> int:
        """Return the tint of a class, from 0 to 6: few classes use the whole range all the same."""
        if not 0 <= klass < len(self.classes):
            raise ValueError(f"class {klass} has no name in the legend « {self.title} »")
        return round(klass * (TINTS - 1) / max(len(self.classes) - 1, 1))


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One line of a legend: `role` is how it is painted, `count` how many territories or points it covers."""

    role: str
    label: str
    count: int

    @property
    def path(self) -> str:
        """The mark of a kind of point, centred on the origin."""
        return marker(int(self.role[1:]), 0, 0, 6)


def bounds_labels(bounds: Sequence[float], *, digits: int = 0, unit: str = "") -> tuple[str, ...]:
    """Name the classes that these increasing bounds separate; a class holds its lower bound, not its upper one.

    `(1, 5.5)` gives « moins de 1 », « de 1 à moins de 5,5 », « 5,5 et plus ». No bound: one class, « toutes valeurs ».
    Raises `ValueError` when two bounds are written alike with that many digits.
    """
    if not bounds:
        return ("toutes valeurs",)
    texts = [decimal(bound, digits) for bound in bounds]
    if len(set(texts)) < len(texts):
        raise ValueError(f"{digits} digits are too few to tell these bounds apart: {list(bounds)}")
    suffix = f"{NARROW_SPACE}{unit}" if unit else ""
    middle = (f"de {low} à moins de {high}{suffix}" for low, high in pairwise(texts))
    return (f"moins de {texts[0]}{suffix}", *middle, f"{texts[-1]}{suffix} et plus")
