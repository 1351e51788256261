"""The part of a person's sheet that tells their immersions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.immersions import immersions_of
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

ORDRE = 60


def immersions(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the immersions of a person, in one query; None for who reads none."""
    if not granted(user, Permission.VIEW_IMMERSIONS):
        return None
    may_write = bool(granted(user, Permission.PRESCRIBE)) and user.membre is not None
    return Volet(
        code="immersions",
        titre="Immersions",
        template="entreprises/immersions/_volet.html",
        ordre=ORDRE,
        contexte={
            "personne": personne,
            "rows": list(immersions_of(personne)),
            "proposer": reverse("entreprises:immersion_proposer", args=[personne.public_id]) if may_write else "",
        },
    )
