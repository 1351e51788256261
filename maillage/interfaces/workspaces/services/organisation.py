"""Choose in whose name one acts, until the session ends. Nothing of the business changes: the journal keeps no line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.middleware import ORGANISATION

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

    from maillage.references.accounts.models import Membre, User


def choose_organisation(*, session: SessionBase, membre: str, actor: User) -> Membre:
    """Act from now on for the organisation of one's own membership, named by its public identifier.

    Raise `Refused` when it is not one of the actor's memberships in force: it ended, or it is somebody else's.
    """
    for each in actor.membres_actifs:
        if str(each.public_id) == membre:
            session[ORGANISATION] = each.organisation_id
            return each
    message = "Vous ne faites pas, ou plus, partie de cette organisation. Choisissez-en une autre."
    raise Refused(Refusal("pas_membre", message, "membre"))
