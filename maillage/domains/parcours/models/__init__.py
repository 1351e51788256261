from maillage.domains.parcours.models.accompagnement import (
    Accompagnement,
    ActionParcours,
    ConstatFrein,
    DocumentParcours,
    Entretien,
    Evaluation,
    ObjectifParcours,
)
from maillage.domains.parcours.models.atelier import Atelier, Inscription
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.models.encadrement import EffectifPermanent
from maillage.domains.parcours.models.situation import Situation
from maillage.domains.parcours.models.titre import Prolongation, Suspension, TitreParcours

__all__ = [
    "Accompagnement",
    "ActionParcours",
    "Atelier",
    "Consentement",
    "ConstatFrein",
    "Contrat",
    "DocumentParcours",
    "EffectifPermanent",
    "Entretien",
    "EtatMensuel",
    "Evaluation",
    "Inscription",
    "ObjectifParcours",
    "Prolongation",
    "Situation",
    "Sortie",
    "Suspension",
    "TitreParcours",
]
