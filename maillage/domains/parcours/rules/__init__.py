"""Pure rules of the pathways, one file per subject.

The transition tables stand here by name: `docs/etats.md` draws them.
"""

from maillage.domains.parcours.rules.accompagnement import ACTION, ENTRETIEN
from maillage.domains.parcours.rules.ateliers import ATELIER, INSCRIPTION
from maillage.domains.parcours.rules.cooperation import CONVENTION
from maillage.domains.parcours.rules.demandes import DEMANDE_PROLONGATION
from maillage.domains.parcours.rules.orientation import CANDIDATURE, POSTE

__all__ = [
    "ACTION",
    "ATELIER",
    "CANDIDATURE",
    "CONVENTION",
    "DEMANDE_PROLONGATION",
    "ENTRETIEN",
    "INSCRIPTION",
    "POSTE",
]
