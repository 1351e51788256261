"""Whose social data (situation, criteria, obstacles) one may read: of those whom one follows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.permissions import Permission
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.visibilite import followed_by

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


def social_of(user: User) -> QuerySet[Personne]:
    """Return the persons whose social data an account may read."""
    return followed_by(user) if granted(user, Permission.VIEW_SOCIAL) else Personne.objects.none()


def reads_social(user: User, personne: Personne) -> bool:
    """Tell whether an account may read the social data of a person."""
    return social_of(user).filter(pk=personne.pk).exists()
