from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.models.demandes import AvisCta, CompteurTitre, DemandeProlongation, Extension
from maillage.domains.parcours.models.eligibilite import CritereRetenu, Diagnostic
from maillage.domains.parcours.models.enquete import Enquete
from maillage.domains.parcours.models.mise_a_disposition import MiseADisposition
from maillage.domains.parcours.models.situation import Situation
from maillage.domains.parcours.models.titre import Prolongation, Suspension, TitreParcours

__all__ = [
    "AvisCta",
    "CompteurTitre",
    "Consentement",
    "Contrat",
    "CritereRetenu",
    "DemandeProlongation",
    "Diagnostic",
    "Enquete",
    "EtatMensuel",
    "Extension",
    "MiseADisposition",
    "Prolongation",
    "Situation",
    "Sortie",
    "Suspension",
    "TitreParcours",
]
