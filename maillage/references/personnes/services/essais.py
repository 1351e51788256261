"""How many numbers one account may try: each answer tells whether somebody known bears it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.limits import Limit
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User


def limit(on: date) -> Limit:
    """Return the limit in force on a day, the same for every act that asks for a number."""
    most, minutes = (int(get_parametre(f"personnes.nir_{what}", on=on).value) for what in ("essais", "minutes"))
    return Limit("personnes.nir", most, minutes)


def count_try(actor: User, *, on: date) -> None:
    """Count one number tried; raise `TooMany` beyond the limit.

    Call it outside the transaction of the act: a refusal rolls that one back, and the try would not count.
    """
    limit(on).hit(str(actor.pk))
