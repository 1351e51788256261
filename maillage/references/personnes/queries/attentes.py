"""What awaits whoever follows persons or answers for their data. Counts only: the names are behind the links."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from maillage.foundations.kernel.attentes import Attente, gather, page
from maillage.foundations.kernel.permissions import Role, granted, roles
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.personnes.models import DemandeDroit, Ouverture, Relation
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.personnes import soon
from maillage.references.personnes.queries.visibilite import sans_referent, visible_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person; one query per kind of task."""
    today = timezone.localdate()
    if user.membre and granted(user, Permission.FOLLOW):
        yield from _sans_referent(user, today)
        yield from _fins_proches(user, today)
    if granted(user, Permission.RIGHTS):
        yield from _demandes(user, today)
    yield from _ouvertures(user)


def _sans_referent(user: User, on: date) -> Iterator[Attente]:
    """Yield the persons whom one's organisation follows and nobody is in charge of, or somebody who left."""
    if count := _mine(user, on).filter(sans_referent()).values("personne").distinct().count():
        label = (
            f"{count} personnes suivies n’ont pas de référent" if count > 1 else "1 personne suivie n’a pas de référent"
        )
        yield Attente(label, _list("sans_referent"), nombre=count)


def _fins_proches(user: User, on: date) -> Iterator[Attente]:
    """Yield the relations of one's organisation that end soon: it is time to prepare what follows."""
    ends = _mine(user, on).filter(fin__lte=soon(on)).values_list("fin", flat=True)

    def label(count: int) -> str:
        return f"{count} suivis se terminent bientôt" if count > 1 else "1 suivi se termine bientôt"

    yield from gather(label, _list("fin_proche"), [end - timedelta(days=1) for end in ends if end], on)


def _demandes(user: User, on: date) -> Iterator[Attente]:
    """Yield the requests of persons about their data that have no answer yet, by their legal deadline."""
    waiting = DemandeDroit.objects.filter(etat=DemandeDroit.Etat.RECUE, personne__in=visible_to(user))

    def label(count: int) -> str:
        return (
            f"{count} demandes de personnes sur leurs données à traiter"
            if count > 1
            else "1 demande d’une personne sur ses données à traiter"
        )

    yield from gather(label, page("donnees_personnelles:demandes"), waiting.values_list("echeance", flat=True), on)


def _ouvertures(user: User) -> Iterator[Attente]:
    """Yield the exceptional openings in progress: an operator closes theirs, the DPO watches those of the others."""
    now = timezone.now()
    running = Ouverture.objects.filter(fin__gt=now, close_le=None)
    if Role.EXPLOITANT in roles(user):
        yield from _count_ouvertures(running.filter(exploitant=user), "à clore")
    if ProfilMembre.DPO in roles(user):
        yield from _count_ouvertures(running.filter(personne__in=visible_to(user)), "en cours sur vos dossiers")


def _count_ouvertures(ouvertures: QuerySet[Ouverture], what: str) -> Iterator[Attente]:
    days = [timezone.localdate(fin) for fin in ouvertures.values_list("fin", flat=True)]
    if days:
        count = len(days)
        label = f"{count} ouvertures exceptionnelles {what}" if count > 1 else f"1 ouverture exceptionnelle {what}"
        yield Attente(label, page("personnes:ouvertures"), min(days), count)


def _list(kept: str) -> str:
    """Return the address of the list, narrowed to what a task is about."""
    return f"{page('personnes:list')}?{kept}=on"


def _mine(user: User, on: date) -> QuerySet[Relation]:
    """Return the relations in force of one's organisation with the persons whose file one may open."""
    assert user.membre
    return Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on),
        organisation=user.membre.organisation_id,
        debut__lte=on,
        personne__in=visible_to(user),
    )
