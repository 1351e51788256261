"""The hours of a month: what one may write, and what they are worth in full-time equivalents (ETP)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal

if TYPE_CHECKING:
    from maillage.domains.parcours.rules.contrats import Periode

MAX_MOIS = Decimal(400)  # what the database accepts
MOIS_AN = 12
CENTIEME = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Saisie:
    """The hours of a contract in a month; None: not known."""

    heures: Decimal | None = None
    heures_payees: Decimal | None = None

    @property
    def vide(self) -> bool:
        return self.heures is None and self.heures_payees is None


def cellule(quoi: str, contrat: int) -> str:
    """Return the name of a cell of the grid: `heures-12`, `heures_payees-12`."""
    return f"{quoi}-{contrat}"


def check_mois(mois: date, on: date) -> list[Refusal]:
    """Return why the hours of a month may not be written: it has not begun."""
    if mois > on:
        return [Refusal("mois_futur", "Les heures d’un mois se saisissent à partir de ce mois.")]
    return []


def check_saisie(saisie: Saisie, contrat: int) -> list[Refusal]:
    """Return what is wrong in the cells of a contract, each named."""
    found = []
    for quoi in ("heures", "heures_payees"):
        value = getattr(saisie, quoi)
        if value is not None and not 0 <= value <= MAX_MOIS:
            message = f"Un mois compte de 0 à {MAX_MOIS} heures."
            found.append(Refusal("heures_bornes", message, cellule(quoi, contrat)))
    worked, paid = saisie.heures, saisie.heures_payees
    if not found and worked is not None and paid is not None and paid < worked:
        message = "Les heures payées comprennent les heures travaillées\u202f: elles ne sont pas moins nombreuses."
        found.append(Refusal("payees_moindres", message, cellule("heures_payees", contrat)))
    return found


def heures_prevues(heures_semaine: Decimal | None, contrat: Periode, mois: date) -> Decimal | None:
    """Return the hours that a contract foresees in a month, a seventh of a week for each of its days there."""
    if heures_semaine is None:
        return None
    days = (min(contrat.fin, add_months(mois, 1)) - max(contrat.debut, mois)).days
    return (heures_semaine * max(days, 0) / 7).quantize(CENTIEME)


def etp_mois(heures: Decimal, heures_an: Decimal) -> Decimal:
    """Return how many people working full time the hours of one month are worth."""
    return (heures * MOIS_AN / heures_an).quantize(CENTIEME)


def etp_an(heures: Decimal, heures_an: Decimal) -> Decimal:
    """Return the part of a year's ETP that hours are worth."""
    return (heures / heures_an).quantize(CENTIEME)


def premier(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def mois_precedent(day: date) -> date:
    """Return the first day of the month before that of a day."""
    return premier(premier(day) - timedelta(days=1))
