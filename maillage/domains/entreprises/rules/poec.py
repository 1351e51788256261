"""The table of a candidate to a POEC, and who acts on it."""

from __future__ import annotations

from maillage.domains.entreprises.enums.poec import EtatCandidat
from maillage.foundations.kernel.states import Transition, Transitions

E = EtatCandidat

CANDIDAT = Transitions(
    (
        Transition("retenir", (E.PROPOSE,), E.RETENU, "Retenir"),
        Transition("ecarter", (E.PROPOSE,), E.NON_RETENU, "Ne pas retenir"),
        Transition("desister", (E.PROPOSE, E.RETENU), E.DESISTE, "Retirer la candidature"),
        Transition("entrer", (E.RETENU,), E.ENTRE, "Noter l’entrée en formation"),
        Transition("abandonner", (E.ENTRE,), E.ABANDON, "Noter l’abandon"),
        Transition("achever", (E.ENTRE,), E.ACHEVE, "Noter la fin de la formation"),
        Transition("embaucher", (E.ACHEVE, E.SANS_EMBAUCHE), E.EMBAUCHE, "Noter l’embauche"),
        Transition("conclure", (E.ACHEVE,), E.SANS_EMBAUCHE, "Noter l’absence d’embauche"),
    )
)
# The SIAE that proposes; what follows the training, both may say; the rest is for who leads the session.
DE_LA_SIAE = frozenset({"desister"})
DES_DEUX = frozenset({"embaucher", "conclure"})
MOTIVES = frozenset({"ecarter", "desister", "abandonner"})


def may_move(act: str, *, leads: bool, proposes: bool) -> bool:
    """Tell whether who leads the session, or the SIAE that proposed, may do an act."""
    if act in DES_DEUX:
        return leads or proposes
    return proposes if act in DE_LA_SIAE else leads
