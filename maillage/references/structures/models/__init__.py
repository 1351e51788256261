from maillage.references.structures.models.activite import Activite, GroupeSecteur, Secteur
from maillage.references.structures.models.effectif import EffectifAnnuel
from maillage.references.structures.models.effectif_secteur import EffectifSecteur
from maillage.references.structures.models.siae import Implantation, Siae, ZoneIntervention

__all__ = [
    "Activite",
    "EffectifAnnuel",
    "EffectifSecteur",
    "GroupeSecteur",
    "Implantation",
    "Secteur",
    "Siae",
    "ZoneIntervention",
]
