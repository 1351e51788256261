"""Anonymise accounts: journals still tell that somebody acted, no longer who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.forgetting import emptied, forget
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet


@transaction.atomic
def anonymise_comptes(*, comptes: QuerySet[User], actor: User | None) -> int:
    """Close these accounts and forget whose they were; return how many were not forgotten yet.

    Sessions, second factors, ProConnect identities and notifications go; invitations lose their name. The author of an
    act becomes an account without a name: the journal stays true.
    """
    rows = list(comptes.filter(anonymise_le__isnull=True).select_for_update(of=("self",)))
    if not rows:
        return 0
    forget(User.objects.filter(pk__in=[user.pk for user in rows]))
    for user in rows:
        changes = emptied(User, User.personnel, user) | {
            "email": f"anonyme-{user.public_id}@maillage.invalid",
            "password": make_password(None),
            "is_active": False,
            "is_staff": False,
            "anonymise_le": timezone.now(),
        }
        User.objects.filter(pk=user.pk).update(**changes)
    audit.record_all("accounts.anonymise", [(user, {}) for user in rows], actor=actor)
    return len(rows)
