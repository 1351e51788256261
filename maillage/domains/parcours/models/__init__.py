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
from maillage.domains.parcours.models.competence import Competence, PreuveCompetence
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.models.cooperation import ConventionCooperation, EngagementConvention, PartieConvention
from maillage.domains.parcours.models.cta import CasCta, DecisionCta
from maillage.domains.parcours.models.demandes import AvisCta, CompteurTitre, DemandeProlongation, Extension
from maillage.domains.parcours.models.eligibilite import CritereRetenu, Diagnostic
from maillage.domains.parcours.models.encadrement import EffectifPermanent
from maillage.domains.parcours.models.enquete import Enquete
from maillage.domains.parcours.models.frein_declare import FreinDeclare
from maillage.domains.parcours.models.mise_a_disposition import MiseADisposition
from maillage.domains.parcours.models.poste import Poste
from maillage.domains.parcours.models.rencontre import InteretSuite, PresentationSuite, Rencontre
from maillage.domains.parcours.models.situation import Situation
from maillage.domains.parcours.models.titre import Prolongation, Suspension, TitreParcours
from maillage.domains.parcours.models.valorisation import AttestationCompetences, FicheLiaison, ProfilPartage

__all__ = [
    "Accompagnement",
    "ActionParcours",
    "Atelier",
    "AttestationCompetences",
    "AvisCta",
    "Candidature",
    "CasCta",
    "ChainePrescription",
    "CommentaireCandidature",
    "Competence",
    "CompteurTitre",
    "Consentement",
    "ConstatFrein",
    "Contrat",
    "ConventionCooperation",
    "CritereRetenu",
    "DecisionCta",
    "DemandeProlongation",
    "Diagnostic",
    "DocumentParcours",
    "EffectifPermanent",
    "EngagementConvention",
    "Enquete",
    "Entretien",
    "EnvoiFiches",
    "EtapeChaine",
    "EtatMensuel",
    "Evaluation",
    "Extension",
    "FicheLiaison",
    "FicheSalarie",
    "FreinDeclare",
    "Inscription",
    "InteretSuite",
    "MiseADisposition",
    "ObjectifParcours",
    "PartieConvention",
    "Poste",
    "PresentationSuite",
    "PreuveCompetence",
    "ProfilPartage",
    "Prolongation",
    "Rencontre",
    "SalarieAsp",
    "Situation",
    "Sortie",
    "StructureAsp",
    "Suspension",
    "TitreParcours",
]
