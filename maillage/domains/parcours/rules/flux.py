"""What the tables of the ASP say, typed, and how their words are read. No database here."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from maillage.foundations.kernel.errors import Refusal

FACTS = Path(__file__).parent.parent / "facts" / "flux.toml"
# Nobody is employed before (Code du travail, art. L. 4153-1).
AGE_MIN = 16


@lru_cache
def facts() -> Mapping[str, Mapping[str, Any]]:
    """Return the words of the ASP by table, upper case, without accents."""
    return {
        name: {plain(word): value for word, value in table.items()}
        for name, table in tomllib.loads(FACTS.read_text()).items()
    }


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a word as it is compared: upper case, no accent, one space for whatever is neither letter nor digit."""
    letters = unicodedata.normalize("NFKD", text.upper())
    kept = (letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())


@dataclass(frozen=True, slots=True)
class LigneStructure:
    """An organisation as the ASP knows it: its number, and the SIRETs of today and of the signature."""

    identifiant: str
    sirets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LigneSalarie:
    """A person as the ASP knows them. None and "" are unknown."""

    identifiant: str
    nom: str
    prenom: str
    date_naissance: date
    sexe: str = ""
    nir: str = ""
    numero: str = ""  # of the PASS or agrément
    commune: str = ""
    adresse: str = ""
    email: str = ""
    telephone: str = ""
    qpv: bool | None = None
    zrr: bool | None = None


@dataclass(frozen=True, slots=True)
class LigneContrat:
    """A contract as the ASP knows it; `fin_prevue` and `fin` are the first days after it.

    `situation` holds what the line says of the person at the entry, by field of `Situation`.
    """

    reference: str
    salarie: str
    structure: str
    type_siae: str
    type: str
    debut: date
    fin_prevue: date | None
    fin: date | None
    nir: str = ""
    heures_semaine: Decimal | None = None
    rome: str = ""
    motif: str = ""
    motif_lu: str = ""
    situation: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def avant(self) -> date | None:
        """The first day after the contract as it is known today; None while a CDI runs."""
        return self.fin or self.fin_prevue


@dataclass(frozen=True, slots=True)
class LigneEtat:
    """The hours of a month under a contract, in one of the versions that a SIAE sent."""

    reference: str
    mois: date
    heures: Decimal | None
    version: int = 0


def end_of_contract(fin_contrat: date | None, sortie: date | None) -> tuple[date | None, date | None]:
    """Return (planned end, end), first days after, from the last days that the ASP gives.

    The day of the final exit is that of the whole pathway: it closes an earlier contract at its own planned end.
    """
    prevue = None if fin_contrat is None else fin_contrat + timedelta(days=1)
    if sortie is None:
        return prevue, None
    fin = sortie + timedelta(days=1)
    return prevue, fin if prevue is None else min(fin, prevue)


def too_young(naissance: date | None, debut: date) -> bool:
    """Tell whether a person is below the age of work on a day; who has no known birth is not."""
    if naissance is None:
        return False
    return (debut.year - AGE_MIN, debut.month, debut.day) < (naissance.year, naissance.month, naissance.day)


def find_overlap(
    periods: Sequence[tuple[date, date | None, str]], debut: date, avant: date | None, reference: str
) -> tuple[date, date | None, str] | None:
    """Return the first of the periods `(begin, end, reference)` of other contracts that shares a day with this one."""
    for other in periods:
        if (
            other[2] != reference
            and (avant is None or other[0] < avant)
            and (other[1] is None or debut < other[1])
            and other[0] != other[1]
        ):
            return other
    return None


@dataclass(frozen=True, slots=True)
class LigneAccompagnement:
    """What a SIAE declared under an annexe: by obstacle, its counts by field of `FreinDeclare`, the known ones alone.

    `ecarts`: what is odd about them.
    """

    annexe: str
    structure: str
    type_siae: str
    debut: date
    fin: date | None
    effectifs: Mapping[str, Mapping[str, int]] = field(hash=False)
    ecarts: tuple[Refusal, ...] = ()
