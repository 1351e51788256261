"""What the contracts tell the other rooms, once it is committed."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.foundations.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ContratCommence(Event):
    """A person is employed by a SIAE under a new contract, or one that goes on by renewal (`renouvelle`)."""

    contrat: int
    personne: int
    siae: int
    renouvelle: bool = False


@dataclass(frozen=True, slots=True)
class ContratFini(Event):
    """A person leaves a SIAE at the end of a contract, for a motive of `MotifSortie`."""

    contrat: int
    personne: int
    siae: int
    motif: str


@dataclass(frozen=True, slots=True)
class ContratAnnule(Event):
    """A contract recorded by mistake does not exist any more."""

    contrat: int
    personne: int
    siae: int
