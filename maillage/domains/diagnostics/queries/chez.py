"""Where a person is at home, to be shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.references.accounts.models import User


def find_departement(user: User | AnonymousUser, region: str) -> str:
    """Return the département of the region that the organisation of a person answers for.

    Nothing for who acts in nobody's name, for an organisation of the whole region, or of several départements. Two
    queries at most.
    """
    membre = getattr(user, "membre", None)
    competences = list(membre.organisation.competences.values_list("niveau", "code")) if membre else []
    if not competences:
        return ""
    wanted = Q(pk__in=[])
    for niveau, code in competences:
        wanted |= Q(niveau=niveau, code=code)
    found = Territoire.objects.en_vigueur().filter(wanted, region=region)
    departements = {
        territoire.code if territoire.niveau == Niveau.DEPARTEMENT else territoire.departement for territoire in found
    }
    return departements.pop() if len(departements) == 1 else ""
