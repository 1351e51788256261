"""Calls for projects: what follows what, when one may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.offre.enums import EtatAppel as E
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

APPEL = Transitions(
    (
        Transition("ouvrir", (E.BROUILLON,), E.OUVERT, "Ouvrir l’appel"),
        Transition("clore", (E.OUVERT,), E.CLOS, "Clore l’appel"),
        Transition("rouvrir", (E.CLOS,), E.OUVERT, "Rouvrir l’appel"),
        Transition("achever", (E.CLOS,), E.INSTRUIT, "Déclarer l’instruction achevée"),
    )
)


def receives(etat: str, *, ouverture: date, cloture: date, on: date) -> bool:
    """Tell whether a call receives applications on a day: open, from its first day to its last one included."""
    return etat == E.OUVERT and ouverture <= on <= cloture


def check_appel(
    *, ouverture: date, cloture: date, etp: Decimal | None, postes: int | None, montant: Decimal | None
) -> list[Refusal]:
    """Return why a call makes no sense."""
    found = []
    if cloture < ouverture:
        found.append(Refusal("cloture_avant_ouverture", "La clôture ne précède pas l’ouverture.", "cloture"))
    if etp is None and postes is None:
        message = "Dites combien de postes ou d’ETP sont recherchés."
        found.append(Refusal("objectif_manquant", message, "etp"))
    for field, value in (("etp", etp), ("postes", postes), ("montant", montant)):
        if value is not None and value <= 0:
            found.append(Refusal("nombre_invalide", "Indiquez un nombre supérieur à zéro.", field))
    return found
