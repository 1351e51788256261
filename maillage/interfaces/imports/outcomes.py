"""From what a service answers of each line to the outcomes of an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal
from maillage.interfaces.imports.source import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from maillage.interfaces.imports.source import Change

HORS_CHAMP = Outcome("hors_champ")


def tell(results: Sequence[Change | Refusal]) -> list[Outcome]:
    """Return the outcome of each line: what changed, or why it is refused."""
    return [Outcome(None, (each,)) if isinstance(each, Refusal) else Outcome(each) for each in results]


def within(
    lines: Sequence[Any], concerns: Callable[[Any], bool], record: Callable[[Sequence[Any]], list[Outcome]]
) -> list[Outcome]:
    """Record the lines that concern the platform; the others are out of scope, each at its place."""
    kept = [position for position, line in enumerate(lines) if concerns(line)]
    done = dict(zip(kept, record([lines[position] for position in kept]) if kept else [], strict=True))
    return [done.get(position, HORS_CHAMP) for position in range(len(lines))]


def by_group(
    lines: Sequence[Any], group: Callable[[Any], Any], record: Callable[[Any, Sequence[Any]], list[Outcome]]
) -> list[Outcome]:
    """Record lines group by group (a nomenclature, a year), and return their outcomes in their order."""
    positions: dict[Any, list[int]] = {}
    for position, line in enumerate(lines):
        positions.setdefault(group(line), []).append(position)
    done: Mapping[int, Outcome] = {
        position: outcome
        for name, places in positions.items()
        for position, outcome in zip(places, record(name, [lines[place] for place in places]), strict=True)
    }
    return [done[position] for position in range(len(lines))]
