"""Pure rules of the cases of CTA: their states, what must be said, until when their file stays open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.cta import EtatCas as E
from maillage.domains.parcours.enums.cta import MotifCas
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from collections.abc import Iterable

VIVANTS = (E.PROPOSE, E.INSCRIT)

CAS_CTA = Transitions(
    (
        Transition("inscrire", (E.PROPOSE,), E.INSCRIT, "Inscrire à l’ordre du jour"),
        Transition("reporter", (E.INSCRIT,), E.INSCRIT, "Reporter à une autre séance"),
        Transition("traiter", (E.INSCRIT,), E.TRAITE, "Enregistrer l’avis et les actions décidées"),
        Transition("retirer", VIVANTS, E.RETIRE, "Retirer le cas"),
    )
)
# Who sits at the CTA and holds its agenda; the others are for whoever presented the case.
DU_CTA = frozenset({"inscrire", "reporter", "traiter"})
# The motives that concern the right of the person: the advice is kept with it too.
DU_TITRE = frozenset({MotifCas.SUSPENSION, MotifCas.PROLONGATION})

QUESTION_MIN, AVIS_MIN = 20, 20  # characters: fewer say nothing


@dataclass(frozen=True, slots=True)
class Decision:
    """An action decided: what, by the organisation of this key, before which day (excluded)."""

    quoi: str
    qui: int
    avant_le: date


def check_avis(avis: str, decisions: Iterable[Decision], *, seance: date, on: date) -> list[Refusal]:
    """Return why what a session decided may not be written so."""
    found = []
    if seance > on:
        found.append(Refusal("seance_a_venir", f"La séance est le {seance:%d/%m/%Y}\u202f: elle n’a pas eu lieu."))
    if len(avis.strip()) < AVIS_MIN:
        found.append(Refusal("avis_court", "Dites ce que le comité a convenu, en une phrase.", "avis"))
    if any(not each.quoi.strip() for each in decisions):
        found.append(Refusal("action_vide", "Une action dit ce qui est à faire."))
    if any(each.avant_le <= seance for each in decisions):
        found.append(Refusal("action_passee", "Une action décidée se fait après la séance."))
    return found


def end_of_opening(*, clos_le: date, jours: int, echeances: Iterable[date], accord: date) -> date:
    """Return the first day when the file of a case that was heard is closed to the members of the CTA.

    It stays open `jours` days, or until the last action decided; never beyond the agreement of the person.
    """
    return min(accord, max(clos_le + timedelta(days=jours), *echeances, clos_le))
