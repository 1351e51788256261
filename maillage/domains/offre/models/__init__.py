from maillage.domains.offre.models.appel import AppelProjets
from maillage.domains.offre.models.avis import AvisPartenaire
from maillage.domains.offre.models.convention import Convention
from maillage.domains.offre.models.dossier import DemandePieces, Dossier, PieceDossier
from maillage.domains.offre.models.economie import FicheEconomique, LigneEconomique

__all__ = [
    "AppelProjets",
    "AvisPartenaire",
    "Convention",
    "DemandePieces",
    "Dossier",
    "FicheEconomique",
    "LigneEconomique",
    "PieceDossier",
]
