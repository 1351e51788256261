"""Pure rules of the pathways, one file per subject.

The transition tables stand here by name: `docs/etats.md` draws them.
"""

from maillage.domains.parcours.rules.accompagnement import ACTION, ENTRETIEN
from maillage.domains.parcours.rules.ateliers import ATELIER, INSCRIPTION
from maillage.domains.parcours.rules.cooperation import CONVENTION
from maillage.domains.parcours.rules.cta import CAS_CTA
from maillage.domains.parcours.rules.demandes import DEMANDE_PROLONGATION
from maillage.domains.parcours.rules.orientation import CANDIDATURE, POSTE
from maillage.domains.parcours.rules.rencontres import RENCONTRE

__all__ = [
    "ACTION",
    "ATELIER",
    "CANDIDATURE",
    "CAS_CTA",
    "CONVENTION",
    "DEMANDE_PROLONGATION",
    "ENTRETIEN",
    "INSCRIPTION",
    "POSTE",
    "RENCONTRE",
]
