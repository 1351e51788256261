"""The blocs that a portfolio names, how a competence comes to be attested, and the code of an attestation."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.competences import EtatCompetence as E
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from collections.abc import Mapping

# A new observation of what was attested asks for a new attestation: the level may have changed.
COMPETENCE = Transitions(
    (
        Transition("observer", (E.DECLAREE, E.OBSERVEE, E.ATTESTEE), E.OBSERVEE, "Observer"),
        Transition("attester", (E.OBSERVEE,), E.ATTESTEE, "Attester"),
        Transition("retirer", (E.DECLAREE, E.OBSERVEE, E.ATTESTEE), E.RETIREE, "Retirer"),
    )
)
VIVANTES = (E.DECLAREE, E.OBSERVEE, E.ATTESTEE)

# Neither 0 nor O, neither 1, I nor L: a code is read on paper and typed on a phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LONGUEUR = 12


@dataclass(frozen=True, slots=True)
class BlocCompetences:
    """A bloc of a certification: `fiche` is its sheet of the RNCP, "" when unknown."""

    code: str
    libelle: str
    certification: str
    fiche: str
    romes: tuple[str, ...]
    source: str


@cache
def blocs() -> Mapping[str, BlocCompetences]:
    """Return every bloc by its code, those of one certification together."""
    facts = tomllib.loads((Path(__file__).parents[1] / "facts/blocs.toml").read_text("utf-8"))
    found = [
        BlocCompetences(
            f"{row['code']}{rank}", libelle, row["intitule"], row["fiche"], tuple(row["romes"]), row["source"]
        )
        for row in facts["certification"]
        for rank, libelle in enumerate(row["blocs"], start=1)
    ]
    return {bloc.code: bloc for bloc in found}


def draw_code() -> str:
    """Return a code that nobody guesses (59 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))


def read_code(text: str) -> str:
    """Return a code as it is kept, however it was typed; "" for what is none."""
    code = "".join(text.upper().split()).replace("-", "")
    return code if len(code) == LONGUEUR and set(code) <= set(ALPHABET) else ""


def show_code(code: str) -> str:
    """Return a code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, LONGUEUR, 4))
