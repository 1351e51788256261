"""The requests of prolongation: a prescripteur answers once, the SIAE may withdraw before."""

from __future__ import annotations

from maillage.domains.parcours.enums.demandes import EtatDemande as E
from maillage.foundations.kernel.states import Transition, Transitions

DEMANDE_PROLONGATION = Transitions(
    (
        Transition("accorder", (E.ATTENTE,), E.ACCORDEE, "Accorder la prolongation"),
        Transition("refuser", (E.ATTENTE,), E.REFUSEE, "Refuser la prolongation"),
        Transition("retirer", (E.ATTENTE,), E.RETIREE, "Retirer la demande"),
    )
)
