from maillage.domains.parcours.models.asp import EnvoiFiches, FicheSalarie, SalarieAsp, StructureAsp
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.models.situation import Situation
from maillage.domains.parcours.models.titre import Prolongation, Suspension, TitreParcours

__all__ = [
    "Consentement",
    "Contrat",
    "EnvoiFiches",
    "EtatMensuel",
    "FicheSalarie",
    "Prolongation",
    "SalarieAsp",
    "Situation",
    "Sortie",
    "StructureAsp",
    "Suspension",
    "TitreParcours",
]
