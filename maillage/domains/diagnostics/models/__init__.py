from maillage.domains.diagnostics.models.besoin import Besoin, Public
from maillage.domains.diagnostics.models.note import NoteBesoin
from maillage.domains.diagnostics.models.salaries import BeneficiairesIae
from maillage.domains.diagnostics.models.scenario import PlaceScenario, Scenario

__all__ = ["BeneficiairesIae", "Besoin", "NoteBesoin", "PlaceScenario", "Public", "Scenario"]
