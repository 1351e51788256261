from maillage.references.accounts.models.organisation import Organisation
from maillage.references.accounts.models.user import User

__all__ = ["Organisation", "User"]
