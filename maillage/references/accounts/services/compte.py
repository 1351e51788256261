"""What a person changes of their own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from maillage.foundations.kernel import audit
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping


@transaction.atomic
def rename(*, actor: User, prenom: str, nom: str) -> None:
    """Correct one's own name; the journal keeps which fields changed, not their values."""
    user = User.objects.select_for_update().get(pk=actor.pk)
    asked: Mapping[str, str] = {"prenom": prenom.strip(), "nom": nom.strip()}
    changed = [name for name, value in asked.items() if getattr(user, name) != value]
    if changed:
        for name in changed:
            setattr(user, name, asked[name])
        user.save(update_fields=changed)
        audit.record("accounts.rename", user, actor=actor, champs=changed)
