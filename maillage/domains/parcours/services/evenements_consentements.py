"""What the agreements of persons, and what rests on them, tell the other rooms, once it is committed."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.foundations.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ConsentementRetire(Event):
    """A person withdrew an agreement to `objet` (`ObjetConsentement`): what rested on it stops."""

    consentement: int
    personne: int
    objet: str


@dataclass(frozen=True, slots=True)
class CasCtaPropose(Event):
    """A case waits for a session of the CTA of a département."""

    cas: int
    personne: int
    departement: str
