"""Pure rules of the links with companies, one file per subject."""

from maillage.domains.entreprises.rules.immersions import CONVENTION
from maillage.domains.entreprises.rules.poec import CANDIDAT
from maillage.domains.entreprises.rules.profils import PROFIL

__all__ = ["CANDIDAT", "CONVENTION", "PROFIL"]
