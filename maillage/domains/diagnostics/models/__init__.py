from maillage.domains.diagnostics.models.besoin import Besoin, Public

__all__ = ["Besoin", "Public"]
