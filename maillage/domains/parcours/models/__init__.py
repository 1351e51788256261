from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.models.mise_a_disposition import MiseADisposition
from maillage.domains.parcours.models.situation import Situation
from maillage.domains.parcours.models.titre import Prolongation, Suspension, TitreParcours

__all__ = [
    "Consentement",
    "Contrat",
    "EtatMensuel",
    "MiseADisposition",
    "Prolongation",
    "Situation",
    "Sortie",
    "Suspension",
    "TitreParcours",
]
