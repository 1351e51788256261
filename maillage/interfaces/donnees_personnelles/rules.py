"""How a request about personal data is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from datetime import date

TRANSITIONS = Transitions(
    (
        Transition("accorder", ("recue",), "accordee", "Accorder"),
        Transition("refuser", ("recue",), "refusee", "Refuser"),
    )
)


def echeance(recue_le: date, mois: int) -> date:
    """Return the last day to answer a request (RGPD, art. 12, 3)."""
    return add_months(recue_le, mois)
