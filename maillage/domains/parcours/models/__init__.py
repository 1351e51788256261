from maillage.domains.parcours.models.accompagnement import (
    Accompagnement,
    ActionParcours,
    ConstatFrein,
    DocumentParcours,
    Entretien,
    Evaluation,
    ObjectifParcours,
)
from maillage.domains.parcours.models.asp import EnvoiFiches, FicheSalarie, SalarieAsp, StructureAsp
from maillage.domains.parcours.models.atelier import Atelier, Inscription
from maillage.domains.parcours.models.candidature import Candidature, CommentaireCandidature
from maillage.domains.parcours.models.chaine import ChainePrescription, EtapeChaine
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.models.demandes import AvisCta, CompteurTitre, DemandeProlongation, Extension
from maillage.domains.parcours.models.eligibilite import CritereRetenu, Diagnostic
from maillage.domains.parcours.models.encadrement import EffectifPermanent
from maillage.domains.parcours.models.enquete import Enquete
from maillage.domains.parcours.models.frein_declare import FreinDeclare
from maillage.domains.parcours.models.mise_a_disposition import MiseADisposition
from maillage.domains.parcours.models.poste import Poste
from maillage.domains.parcours.models.situation import Situation
from maillage.domains.parcours.models.titre import Prolongation, Suspension, TitreParcours

__all__ = [
    "Accompagnement",
    "ActionParcours",
    "Atelier",
    "AvisCta",
    "Candidature",
    "ChainePrescription",
    "CommentaireCandidature",
    "CompteurTitre",
    "Consentement",
    "ConstatFrein",
    "Contrat",
    "CritereRetenu",
    "DemandeProlongation",
    "Diagnostic",
    "DocumentParcours",
    "EffectifPermanent",
    "Enquete",
    "Entretien",
    "EnvoiFiches",
    "EtapeChaine",
    "EtatMensuel",
    "Evaluation",
    "Extension",
    "FicheSalarie",
    "FreinDeclare",
    "Inscription",
    "MiseADisposition",
    "ObjectifParcours",
    "Poste",
    "Prolongation",
    "SalarieAsp",
    "Situation",
    "Sortie",
    "StructureAsp",
    "Suspension",
    "TitreParcours",
]
