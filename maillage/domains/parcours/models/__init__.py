from maillage.domains.parcours.models.candidature import Candidature, CommentaireCandidature
from maillage.domains.parcours.models.chaine import ChainePrescription, EtapeChaine
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.models.poste import Poste
from maillage.domains.parcours.models.situation import Situation
from maillage.domains.parcours.models.titre import Prolongation, Suspension, TitreParcours

__all__ = [
    "Candidature",
    "ChainePrescription",
    "CommentaireCandidature",
    "Consentement",
    "Contrat",
    "EtapeChaine",
    "EtatMensuel",
    "Poste",
    "Prolongation",
    "Situation",
    "Sortie",
    "Suspension",
    "TitreParcours",
]
