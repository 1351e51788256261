from maillage.references.structures.models.activite import Activite, GroupeSecteur, Secteur
from maillage.references.structures.models.effectif import EffectifAnnuel
from maillage.references.structures.models.siae import Implantation, Siae, ZoneIntervention

__all__ = ["Activite", "EffectifAnnuel", "GroupeSecteur", "Implantation", "Secteur", "Siae", "ZoneIntervention"]
