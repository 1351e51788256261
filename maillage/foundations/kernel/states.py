"""State machines as tables: the transition table of a room's `rules.py`, checked here, logged here.

The buttons of a screen, the checks of a service and `docs/etats.md` all read the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Transition:
    """`act` leads from any of `sources` to `target`; `label` is the verb shown on the button."""

    act: str
    sources: tuple[str, ...]
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Transitions:
    """The transition table of one aggregate; acts are unique in it."""

    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        acts = [transition.act for transition in self.transitions]
        if len(acts) != len(set(acts)):
            raise ValueError("an act appears twice in the table")

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions)

    def available(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions that leave `state`, in table order."""
        return tuple(transition for transition in self.transitions if state in transition.sources)

    def target(self, act: str, state: str) -> str:
        """Return the state that `act` leads to from `state`; raise `Refused` when the table has no such arrow."""
        for transition in self.transitions:
            if transition.act == act and state in transition.sources:
                return transition.target
        message = f"Cet acte n’est pas possible dans l’état «\u202f{self.label(state)}\u202f»."
        raise Refused(Refusal("transition_interdite", message))

    def label(self, state: str) -> str:
        """Return what screens call a state: the label of the choice that the table names it by, else the state."""
        states = (each for transition in self.transitions for each in (*transition.sources, transition.target))
        named = next((each for each in states if each == state), state)
        return str(getattr(named, "label", named))
