"""Workshops, with the seats that are left; the registrations that one may see by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.utils import timezone

from maillage.domains.parcours.enums.ateliers import EtatAtelier, EtatInscription
from maillage.domains.parcours.models import Atelier, Inscription
from maillage.domains.parcours.models.atelier import ASSIS
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.accompagnement import followed_relations
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


def list_ateliers() -> QuerySet[Atelier]:
    """Return every workshop, with `inscrits`, `attente` and `libres`, in one query."""
    counts = {
        "inscrits": Count("inscriptions", filter=Q(inscriptions__etat__in=ASSIS)),
        "attente": Count("inscriptions", filter=Q(inscriptions__etat=EtatInscription.ATTENTE)),
    }
    rows = Atelier.objects.select_related("organisation").annotate(**counts)
    return rows.annotate(libres=F("places") - F("inscrits"))


def led_ateliers(user: User) -> QuerySet[Atelier]:
    """Return the workshops of the organisation of this account, if its role leads some."""
    if user.membre is None or not granted(user, Permission.LEAD_WORKSHOPS):
        return Atelier.objects.none()
    return Atelier.objects.filter(organisation=user.membre.organisation_id)


@dataclass(frozen=True, slots=True)
class LigneInscription:
    """A registration: `personne` is None for who may not know their name; `mienne`: of one's SIAE."""

    rang: int
    inscription: Inscription
    personne: Personne | None
    mienne: bool


def list_inscriptions(user: User, atelier: Atelier) -> list[LigneInscription]:
    """Return the registrations that this account may see, in three queries.

    Who leads the workshop sees them all, and the names only of those whose file is open to them; a SIAE sees its own.
    Seats first, in the order in which they were asked for, then the waiting list.
    """
    membre = user.membre
    if membre is None:
        return []
    rows = atelier.inscriptions.exclude(etat=EtatInscription.RETIRE).select_related("organisation").order_by("pk")
    if membre.profil in SIAE:
        rows = rows.filter(organisation=membre.organisation_id)
    elif not led_ateliers(user).filter(pk=atelier.pk).exists():
        return []
    found = sorted(rows, key=lambda row: row.etat == EtatInscription.ATTENTE)
    known = visible_to(user).filter(pk__in=[row.personne_id for row in found]).defer("nir", "nir_empreinte").in_bulk()
    ours = membre.organisation_id if membre.profil in SIAE else None
    return [
        LigneInscription(rank, row, known.get(row.personne_id), mienne=row.organisation_id == ours)
        for rank, row in enumerate(found, start=1)
    ]


def list_inscriptibles(user: User, atelier: Atelier, on: date) -> QuerySet[Personne]:
    """Return the employees of the SIAE of this account who are not registered in a workshop, by name."""
    taken = atelier.inscriptions.exclude(etat=EtatInscription.RETIRE).values("personne")
    persons = followed_relations(user, on).values("personne")
    rows = Personne.objects.filter(pk__in=persons).exclude(pk__in=taken).defer("nir", "nir_empreinte")
    return rows.order_by("nom", "prenom", "pk")


def to_record(user: User) -> QuerySet[Atelier]:
    """Return the workshops that are over and whose presence was not said, for who leads them."""
    return (
        led_ateliers(user)
        .filter(etat=EtatAtelier.OUVERT, fin__lt=timezone.now(), inscriptions__etat=EtatInscription.INSCRIT)
        .distinct()
    )
