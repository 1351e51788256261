from maillage.references.economie.models.employeur import Employeur
from maillage.references.economie.models.marche import BesoinRecrutement, SerieOffres, Tension
from maillage.references.economie.models.metier import Fap, FapRome, Rome
from maillage.references.economie.models.projet import (
    AcheteurProjet,
    GrandProjet,
    LieuProjet,
    MetierProjet,
    PhaseProjet,
)

__all__ = [
    "AcheteurProjet",
    "BesoinRecrutement",
    "Employeur",
    "Fap",
    "FapRome",
    "GrandProjet",
    "LieuProjet",
    "MetierProjet",
    "PhaseProjet",
    "Rome",
    "SerieOffres",
    "Tension",
]
