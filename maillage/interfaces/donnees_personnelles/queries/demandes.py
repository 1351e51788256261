"""The requests that an account may answer: those of the persons it may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.references.personnes.models import DemandeDroit
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


def list_demandes(user: User | AnonymousUser) -> QuerySet[DemandeDroit]:
    """Return the requests of the persons whom this account sees, with them."""
    return DemandeDroit.objects.filter(personne__in=visible_to(user).values("pk")).select_related("personne")


def demandes_of(personne: Personne) -> QuerySet[DemandeDroit]:
    """Return the requests of a person, the latest first."""
    return personne.demandes.order_by("-recue_le", "-pk")
