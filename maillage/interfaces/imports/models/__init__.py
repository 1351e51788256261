from maillage.interfaces.imports.models.lot import Correspondance, Fichier, Lot
from maillage.interfaces.imports.models.rejet import Avertissement, Rejet

__all__ = ["Avertissement", "Correspondance", "Fichier", "Lot", "Rejet"]
