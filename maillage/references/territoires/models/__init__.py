from maillage.references.territoires.models.population import Population
from maillage.references.territoires.models.territoire import Appartenance, Contour, PassageCog, QpvCommune, Territoire
from maillage.references.territoires.models.trajet import Trajet

__all__ = ["Appartenance", "Contour", "PassageCog", "Population", "QpvCommune", "Territoire", "Trajet"]
