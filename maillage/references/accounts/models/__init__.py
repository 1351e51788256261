from maillage.references.accounts.models.acces import CodeSecours, IdentiteProConnect, SecondFacteur, Session
from maillage.references.accounts.models.membre import Invitation, Membre
from maillage.references.accounts.models.organisation import AncienNom, Competence, Organisation
from maillage.references.accounts.models.user import User

__all__ = [
    "AncienNom",
    "CodeSecours",
    "Competence",
    "IdentiteProConnect",
    "Invitation",
    "Membre",
    "Organisation",
    "SecondFacteur",
    "Session",
    "User",
]
