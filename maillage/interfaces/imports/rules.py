"""The life of a batch, as a table."""

from __future__ import annotations

from maillage.foundations.kernel.states import Transition, Transitions
from maillage.interfaces.imports.enums import EtatLot as Etat

# Nothing has been written to the domains in these states, or the writing has stopped halfway and may go on.
OPEN = (Etat.DEPOSE, Etat.PRET, Etat.CONTROLE)

TRANSITIONS = Transitions(
    (
        Transition("map", OPEN, Etat.PRET, "Désigner les colonnes"),
        Transition("check", (Etat.PRET, Etat.CONTROLE), Etat.CONTROLE, "Contrôler"),
        Transition("start", (Etat.PRET, Etat.CONTROLE), Etat.EN_COURS, "Importer"),
        Transition("resume", (Etat.EN_COURS, Etat.ECHOUE), Etat.EN_COURS, "Reprendre"),
        Transition("finish", (Etat.EN_COURS,), Etat.APPLIQUE, "Terminer"),
        Transition("fail", (Etat.EN_COURS,), Etat.ECHOUE, "Interrompre"),
        Transition("cancel", (*OPEN, Etat.EN_COURS, Etat.ECHOUE), Etat.ANNULE, "Annuler"),
    )
)

# The steps a person goes through, and the one where each state stands (counted from 1).
ETAPES = ("Déposer le fichier", "Désigner les colonnes", "Contrôler", "Importer", "Corriger les rejets")
_ETAPE = {Etat.DEPOSE: 2, Etat.PRET: 3, Etat.CONTROLE: 3, Etat.EN_COURS: 4, Etat.ECHOUE: 4, Etat.APPLIQUE: 5}


def get_etape(etat: str) -> int:
    """Return the step where a batch stands; 0 when it has left the way."""
    return _ETAPE.get(Etat(etat), 0)
