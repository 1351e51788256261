"""Pure rules of the pathways, one file per subject."""

from maillage.domains.parcours.rules.accompagnement import ACTION, ENTRETIEN
from maillage.domains.parcours.rules.ateliers import ATELIER, INSCRIPTION

__all__ = ["ACTION", "ATELIER", "ENTRETIEN", "INSCRIPTION"]
