"""Pure rules of the offer: what follows what, legal clocks, the economy of a project, its fit, whom it should reach.

The transition tables stand here by name: `docs/etats.md` draws them.
"""

from maillage.domains.offre.rules.dossiers import AVENANT, CREATION, EXTENSION, RENOUVELLEMENT
from maillage.domains.offre.rules.projets import APPEL

__all__ = ["APPEL", "AVENANT", "CREATION", "EXTENSION", "RENOUVELLEMENT"]
