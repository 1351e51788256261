"""Anonymise persons: names, NIR, contact and day of birth go; months, sex and département stay, for the figures."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.forgetting import emptied, forget
from maillage.foundations.kernel.models import Notification
from maillage.references.personnes.models import Personne

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


@transaction.atomic
def anonymise_personnes(*, personnes: QuerySet[Personne], actor: User | None) -> int:
    """Forget who these persons are; return how many were still known. It cannot be undone.

    The rows stay and count. What rooms above keep of them follows what their models declare.
    """
    rows = list(personnes.filter(anonymisee_le__isnull=True).select_for_update(of=("self",)))
    if not rows:
        return 0
    forget(Personne.objects.filter(pk__in=[personne.pk for personne in rows]))
    Notification.objects.filter(reduce(or_, [Q(url__contains=str(each.public_id)) for each in rows])).delete()
    for personne in rows:
        changes = emptied(Personne, Personne.personnel, personne) | {"anonymisee_le": timezone.now()}
        changes.pop("nom_recherche", None)
        Personne.objects.filter(pk=personne.pk).update(**changes)
    audit.record_all("personnes.anonymise", [(personne, {}) for personne in rows], actor=actor)
    return len(rows)
