from maillage.references.personnes.models.droits import DemandeDroit, Ouverture
from maillage.references.personnes.models.personne import Personne, Relation

__all__ = ["DemandeDroit", "Ouverture", "Personne", "Relation"]
