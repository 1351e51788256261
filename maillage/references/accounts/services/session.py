"""Open and close a session: a password or ProConnect, then the second factor of whoever has one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.contrib import auth
from django.db import transaction

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.limits import address
from maillage.references.accounts.models import Session, User
from maillage.references.accounts.queries.acces import find_second_factor, sessions_of
from maillage.references.accounts.services.identites import link_awaiting
from maillage.references.accounts.services.limites import Essai, compte_de
from maillage.references.accounts.services.second_facteur import verify
from maillage.references.accounts.sessions import ORGANISATION, VERIFIEE

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

# Under this key, who gave a first factor and has ten minutes to give the second.
ATTENTE = "attente_second_facteur"
PATIENCE = 10 * 60
# The only way of signing in that Django knows; ProConnect vouches for a person without it.
BACKEND = "django.contrib.auth.backends.ModelBackend"


def open_session(*, request: HttpRequest, email: str, password: str) -> bool:
    """Sign a person in; return False when their second factor is still to be given.

    Raise `Refused` without telling which of the two is wrong, nor whether the account exists.
    """
    essai = Essai("mot_de_passe", compte_de(email.strip()), address(request))
    essai.begin()
    user = auth.authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        essai.fail()
        raise Refused(Refusal("identifiants", "L’adresse électronique ou le mot de passe est incorrect."))
    essai.succeed()
    return enter(request=request, user=user, verified=False, method="mot_de_passe")


def enter(*, request: HttpRequest, user: User, verified: bool, method: str) -> bool:
    """Let in a person who proved who they are; return False when their second factor is still to be given."""
    if verified or find_second_factor(user) is None:
        _open(request, user, verified=verified, method=method)
        return True
    if request.user.is_authenticated and request.user != user:
        auth.logout(request)
    request.session.cycle_key()
    request.session[ATTENTE] = {
        "user": user.pk,
        "preuve": user.get_session_auth_hash(),
        "methode": method,
        "depuis": time.time(),
    }
    return False


def awaited(request: HttpRequest) -> User | None:
    """Return who has given a first factor in this session and owes the second."""
    attente = request.session.get(ATTENTE)
    if not attente or time.time() - attente["depuis"] > PATIENCE:
        return None
    user = User.objects.filter(pk=attente["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == attente["preuve"] else None


def give_code(*, request: HttpRequest, code: str) -> None:
    """Sign in whoever is awaited, by a one-time code or a recovery code; raise `Refused` when it is wrong."""
    user = awaited(request)
    if user is None:
        raise Refused(Refusal("attente_perdue", "Trop de temps a passé\u202f: reprenez la connexion depuis le début."))
    essai = Essai("code", str(user.pk), address(request))
    essai.begin()
    try:
        verify(user=user, code=code)
    except Refused:
        essai.fail()
        raise
    essai.succeed()
    _open(request, user, verified=True, method=request.session.pop(ATTENTE)["methode"])


@transaction.atomic
def _open(request: HttpRequest, user: User, *, verified: bool, method: str) -> None:
    auth.login(request, user, BACKEND)
    request.session[VERIFIEE] = verified
    user.organisation_choisie, user.second_facteur_verifie = request.session.get(ORGANISATION), verified
    audit.record("accounts.sign_in", user, actor=user, methode=method, second_facteur=verified)
    link_awaiting(request=request, user=user)


def close_session(*, request: HttpRequest) -> None:
    """Sign the person out and forget the session."""
    auth.logout(request)


@transaction.atomic
def revoke_session(*, actor: User, public_id: UUID) -> None:
    """Close one of one's sessions, wherever it is open: it is out at its next click."""
    if sessions_of(actor).filter(public_id=public_id).delete()[0]:
        audit.record("accounts.revoke_session", actor, actor=actor)


@transaction.atomic
def revoke_others(*, actor: User, kept: str | None) -> int:
    """Close every session of a person but the one whose key is given; return how many."""
    closed = Session.objects.filter(user=actor).exclude(session_key=kept or "").delete()[0]
    audit.record("accounts.revoke_sessions", actor, actor=actor, sessions=closed)
    return closed
