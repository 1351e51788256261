"""Which account a ProConnect identity opens: a link that its owner makes, by proving that the account is theirs."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.foundations.kernel import audit
from maillage.references.accounts.models import IdentiteProConnect, User
from maillage.references.accounts.services.avis import PROCONNECT, warn

if TYPE_CHECKING:
    from django.http import HttpRequest

# Under this key, an identity that waits, ten minutes, for its owner to sign in once by password.
LIEN = "proconnect_a_lier"
PATIENCE = 10 * 60


@dataclass(frozen=True, slots=True)
class Identite:
    """Who ProConnect says that someone is: `emetteur` and `sub` identify them, the rest may change."""

    emetteur: str
    sub: str
    email: str
    siret: str


def find_account(identite: Identite) -> User | None:
    """Return the account that this identity opens."""
    known = IdentiteProConnect.objects.filter(emetteur=identite.emetteur, sub=identite.sub).select_related("user")
    return next((row.user for row in known), None)


def await_link(*, request: HttpRequest, identite: Identite) -> None:
    """Keep an identity until its owner signs in to the account that has the same address."""
    request.session[LIEN] = {"identite": asdict(identite), "depuis": time.time()}


def awaiting(request: HttpRequest) -> Identite | None:
    """Return the identity that waits for its owner in this session."""
    kept = request.session.get(LIEN)
    return Identite(**kept["identite"]) if kept and time.time() - kept["depuis"] < PATIENCE else None


@transaction.atomic
def link(*, user: User, identite: Identite) -> None:
    """Let an identity open an account, in the place of the former one: who changes provider changes `sub`."""
    IdentiteProConnect.objects.update_or_create(
        user=user, defaults={"emetteur": identite.emetteur, "sub": identite.sub, "siret": identite.siret}
    )
    audit.record("accounts.link_proconnect", user, actor=user)
    warn(user, PROCONNECT)


def link_awaiting(*, request: HttpRequest, user: User) -> None:
    """Link the identity that waits, if it has the address of whoever has just signed in; forget it in any case."""
    identite = awaiting(request)
    request.session.pop(LIEN, None)
    if identite and identite.email.casefold() == user.email.casefold() and find_account(identite) is None:
        link(user=user, identite=identite)


@transaction.atomic
def unlink(*, actor: User) -> None:
    """Close the account to ProConnect."""
    if IdentiteProConnect.objects.filter(user=actor).delete()[0]:
        audit.record("accounts.unlink_proconnect", actor, actor=actor)
