"""Pure rules of the meetings of SIAE: their states, what one says of a person, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.orientation import EtatCandidature
from maillage.domains.parcours.enums.rencontre import EtatRencontre as E
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from collections.abc import Iterable

RENCONTRE = Transitions((Transition("annuler", (E.PREVUE,), E.ANNULEE, "Annuler la rencontre"),))

PROJET_MIN = 10  # characters: fewer say nothing


def check_projet(projet: str) -> list[Refusal]:
    """Return why what is said of a person may not be shown so."""
    if len(projet.strip()) < PROJET_MIN:
        return [Refusal("projet_court", "Dites le projet en quelques mots\u202f: les autres SIAE le liront.", "projet")]
    return []


@dataclass(frozen=True, slots=True)
class BilanRencontre:
    """What came of a meeting: persons presented, persons in whom a SIAE was interested, persons accepted by one."""

    presentees: int
    interessantes: int
    acceptees: int

    @property
    def phrase(self) -> str:
        """The count in words."""
        return (
            f"{self.presentees} présentée{_s(self.presentees)}, {self.interessantes} avec une SIAE intéressée, "
            f"{self.acceptees} acceptée{_s(self.acceptees)} à l’embauche"
        )


def count_bilan(lines: Iterable[tuple[int, str | None]]) -> BilanRencontre:
    """Count the persons of a meeting from (presentation, state of a candidature that followed, None without any)."""
    rows = list(lines)
    return BilanRencontre(
        presentees=len({key for key, _ in rows}),
        interessantes=len({key for key, etat in rows if etat is not None}),
        acceptees=len({key for key, etat in rows if etat == EtatCandidature.ACCEPTEE}),
    )


def _s(count: int) -> str:
    return "s" if count > 1 else ""
