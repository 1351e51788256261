"""The parts of a person's sheet that tell their immersions, trainings before a hire, profiles without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.immersions import immersions_of
from maillage.domains.entreprises.queries.poec import candidatures_of
from maillage.domains.entreprises.queries.profils import presented
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.personnes import follows
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

ORDRE = 60


def immersions(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the immersions of a person, in two queries; None for who reads none."""
    if not granted(user, Permission.VIEW_IMMERSIONS):
        return None
    may_write = bool(granted(user, Permission.PRESCRIBE)) and follows(user, personne, on)
    return Volet(
        code="immersions",
        titre="Immersions",
        template="entreprises/immersions/_volet.html",
        ordre=ORDRE,
        contexte={
            "personne": personne,
            "rows": [(each, getattr(each, "bilan", None)) for each in immersions_of(personne)],
            "proposer": reverse("entreprises:immersion_proposer", args=[personne.public_id]) if may_write else "",
        },
    )


def poec(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the sessions that a person was proposed to, in two queries; None for who reads no immersion either."""
    if not granted(user, Permission.VIEW_IMMERSIONS):
        return None
    may_propose = bool(granted(user, Permission.PROPOSE)) and follows(user, personne, on)
    rows = list(candidatures_of(personne)) if granted(user, Permission.VIEW_POEC) else []
    if not rows and not may_propose:
        return None
    return Volet(
        code="poec",
        titre="Formations avant embauche",
        template="entreprises/poec/_volet.html",
        ordre=ORDRE + 1,
        contexte={
            "rows": rows,
            "proposer": reverse("entreprises:poec_proposer", args=[personne.public_id]) if may_propose else "",
        },
    )


def profils(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the profiles of a person that one's SIAE shows, in two queries; None for everybody else."""
    if not granted(user, Permission.PROPOSE) or user.membre is None:
        return None
    rows, may_present = list(presented(user).filter(personne=personne)), follows(user, personne, on)
    if not rows and not may_present:
        return None
    return Volet(
        code="profils",
        titre="Profils sans nom",
        template="entreprises/profils/_volet.html",
        ordre=ORDRE + 2,
        contexte={
            "rows": rows,
            "presenter": reverse("entreprises:profil_presenter", args=[personne.public_id]) if may_present else "",
        },
    )
