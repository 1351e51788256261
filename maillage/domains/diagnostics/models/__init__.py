from maillage.domains.diagnostics.models.besoin import Besoin, Public
from maillage.domains.diagnostics.models.scenario import PlaceScenario, Scenario

__all__ = ["Besoin", "PlaceScenario", "Public", "Scenario"]
