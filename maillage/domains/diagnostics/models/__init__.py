from maillage.domains.diagnostics.models.besoin import Besoin, Public
from maillage.domains.diagnostics.models.note import NoteBesoin
from maillage.domains.diagnostics.models.partage import (
    Bloc,
    CoAuteur,
    Commentaire,
    DiagnosticPartage,
    Position,
    Revision,
    Section,
)
from maillage.domains.diagnostics.models.salaries import BeneficiairesIae
from maillage.domains.diagnostics.models.scenario import PlaceScenario, Scenario

__all__ = [
    "BeneficiairesIae",
    "Besoin",
    "Bloc",
    "CoAuteur",
    "Commentaire",
    "DiagnosticPartage",
    "NoteBesoin",
    "PlaceScenario",
    "Position",
    "Public",
    "Revision",
    "Scenario",
    "Section",
]
