"""Pure rules of the pathways, one file per subject.

The transition tables stand here by name: `docs/etats.md` draws them.
"""

from maillage.domains.parcours.rules.demandes import DEMANDE_PROLONGATION
from maillage.domains.parcours.rules.orientation import CANDIDATURE, POSTE

__all__ = ["CANDIDATURE", "DEMANDE_PROLONGATION", "POSTE"]
