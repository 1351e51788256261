"""A profile without a name: its table of states, the words that would give the person away."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from maillage.domains.entreprises.enums.partenariat import EtatPresentation
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from collections.abc import Iterable

E = EtatPresentation

PROFIL = Transitions(
    (
        Transition("interesser", (E.PRESENTE,), E.INTERESSE, "Dire l’intérêt d’une entreprise"),
        Transition("ecarter", (E.PRESENTE, E.INTERESSE), E.SANS_SUITE, "Dire qu’il n’y a pas de suite"),
        Transition("embaucher", (E.PRESENTE, E.INTERESSE), E.EMBAUCHE, "Noter l’embauche"),
        Transition("retirer", (E.PRESENTE, E.INTERESSE), E.RETIRE, "Retirer le profil"),
    )
)
DU_DESTINATAIRE = frozenset({"interesser", "ecarter"})
# An address, or nine digits and more in a row: a telephone, a NIR.
_JOIGNABLE = re.compile(r"\S+@\S+|(?:\d[ .\u202f-]?){9,}")
MOT_MIN = 3


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def names_somebody(text: str, names: Iterable[str]) -> bool:
    """Tell whether a text holds one of these names, whatever its accents, an address or a long number."""
    words = set(re.findall(r"\w+", _plain(text)))
    given = {word for name in names for word in re.findall(r"\w+", _plain(name)) if len(word) >= MOT_MIN}
    return bool(words & given) or _JOIGNABLE.search(text) is not None
