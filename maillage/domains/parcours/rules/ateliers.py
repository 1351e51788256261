"""How a workshop and its registrations move."""

from __future__ import annotations

from maillage.domains.parcours.enums.ateliers import EtatAtelier, EtatInscription
from maillage.foundations.kernel.states import Transition, Transitions

E = EtatInscription

ATELIER = Transitions((Transition("annuler", (EtatAtelier.OUVERT,), EtatAtelier.ANNULE, "Annuler l’atelier"),))
INSCRIPTION = Transitions(
    (
        Transition("promouvoir", (E.ATTENTE,), E.INSCRIT, "Donner une place"),
        Transition("retirer", (E.INSCRIT, E.ATTENTE), E.RETIRE, "Désinscrire"),
        Transition("constater_presence", (E.INSCRIT, E.ABSENT), E.PRESENT, "Présent"),
        Transition("constater_absence", (E.INSCRIT, E.PRESENT), E.ABSENT, "Absent"),
    )
)
