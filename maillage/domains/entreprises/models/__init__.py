from maillage.domains.entreprises.models.immersion import BilanImmersion, Immersion, Signature
from maillage.domains.entreprises.models.partenariat import (
    ActionMediation,
    BesoinEntreprise,
    Contact,
    EmbaucheSuivie,
    Partenariat,
    PresentationProfil,
)
from maillage.domains.entreprises.models.poec import CandidatPoec, SessionPoec

__all__ = [
    "ActionMediation",
    "BesoinEntreprise",
    "BilanImmersion",
    "CandidatPoec",
    "Contact",
    "EmbaucheSuivie",
    "Immersion",
    "Partenariat",
    "PresentationProfil",
    "SessionPoec",
    "Signature",
]
