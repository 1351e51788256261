"""How many employees a SIAE has for each permanent post, against what the strategy saw (§3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.encadrement import Fonction
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

# « l’accompagnement, l’encadrement technique ou la formation »: administration is not compared.
COMPARES = (Fonction.ACCOMPAGNEMENT, Fonction.ENCADREMENT, Fonction.FORMATION)
# The parameters that say the range of each kind; the strategy says nothing of EITI, born later.
BORNES: Mapping[str, str] = {
    TypeSiae.ACI: "parcours.salaries_par_permanent_aci_ei",
    TypeSiae.EI: "parcours.salaries_par_permanent_aci_ei",
    TypeSiae.AI: "parcours.salaries_par_permanent_ai_etti",
    TypeSiae.ETTI: "parcours.salaries_par_permanent_ai_etti",
}


@dataclass(frozen=True, slots=True)
class Encadrement:
    """The employees of a SIAE on a day and its permanent posts of a year; what is missing is unknown, never 0.

    `salaries` is None when it is withheld. `bornes` is how many employees a post has, at least and at most.
    """

    salaries: int | None
    etp: Mapping[str, Decimal] = field(default_factory=dict)
    bornes: tuple[Decimal, Decimal] | None = None

    @property
    def etp_compares(self) -> Decimal | None:
        """The posts that the strategy compares; unknown as long as one of the functions is."""
        if any(fonction not in self.etp for fonction in COMPARES):
            return None
        return sum((self.etp[fonction] for fonction in COMPARES), start=self.etp[COMPARES[0]] * 0)

    @property
    def par_permanent(self) -> float | None:
        """Employees for one permanent post; unknown when there is none."""
        return _ratio(self.salaries, self.etp_compares)

    @property
    def par_cip(self) -> float | None:
        """Employees for one post of CIP: their caseload."""
        return _ratio(self.salaries, self.etp.get(Fonction.ACCOMPAGNEMENT))

    @property
    def situation(self) -> str:
        """Where the ratio stands: a post for fewer people is more means."""
        if self.par_permanent is None or self.bornes is None:
            return "non renseigné"
        least, most = self.bornes
        if self.par_permanent > most:
            return "moins de moyens que le repère"
        return "plus de moyens que le repère" if self.par_permanent < least else "dans le repère"


def _ratio(salaries: int | None, etp: Decimal | None) -> float | None:
    return float(salaries / etp) if salaries is not None and etp else None
