from maillage.domains.offre.models.appel import AppelProjets
from maillage.domains.offre.models.avis import AvisPartenaire
from maillage.domains.offre.models.bonne_pratique import BonnePratique
from maillage.domains.offre.models.convention import Convention
from maillage.domains.offre.models.dossier import DemandePieces, Dossier, PieceDossier
from maillage.domains.offre.models.economie import FicheEconomique, LigneEconomique
from maillage.domains.offre.models.publics import Objectif, RealisationPublic

__all__ = [
    "AppelProjets",
    "AvisPartenaire",
    "BonnePratique",
    "Convention",
    "DemandePieces",
    "Dossier",
    "FicheEconomique",
    "LigneEconomique",
    "Objectif",
    "PieceDossier",
    "RealisationPublic",
]
