"""Vintages and the written forms of a place."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable


class MillesimesMeles(ValueError):
    """Figures of several vintages were about to be put side by side."""


def single_millesime(millesimes: Iterable[int]) -> int:
    """Return the one vintage of a set of territories; raise `MillesimesMeles` when they are of several."""
    distinct = sorted(set(millesimes))
    if len(distinct) != 1:
        years = " et ".join(str(year) for year in distinct) or "aucun"
        raise MillesimesMeles(f"Un seul millésime du découpage est attendu, pas {years}.")
    return distinct[0]


def shared(codes: Iterable[str]) -> str:
    """Return the code that all members of an ensemble have in common, nothing when they have several."""
    distinct = set(codes)
    return distinct.pop() if len(distinct) == 1 else ""


_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "ss": "sous", "s": "sur"}
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def plain_words(text: str) -> list[str]:
    """Return the words of a name as they are compared: no accent, no capital, « st », « ste », « s/ » in full."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in bare if not unicodedata.combining(letter)))
    return [_ABBREVIATIONS.get(word, word) for word in words]


def is_code(text: str) -> bool:
    """Tell whether a text is a code (commune, postal, SIREN, QPV, département) rather than a name."""
    return bool(re.fullmatch(r"\d[\dAB]\d{0,7}|QN\w+", text.strip().upper()))


MINUTES_MAX = 600


def check_minutes(minutes: int) -> tuple[Refusal, ...]:
    """Return why a travel time makes no sense: no one goes to work ten hours away."""
    if 0 <= minutes <= MINUTES_MAX:
        return ()
    message = f"Indiquez un temps de trajet compris entre 0 et {MINUTES_MAX} minutes, pas {minutes}."
    return (Refusal("minutes_invalides", message, "minutes"),)
