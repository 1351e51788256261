"""The second factor: prepare, activate, verify, renew the recovery codes, disable."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import pyotp
from django.db import transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.encryption import decrypt, encrypt, fingerprint
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.limits import address
from maillage.references.accounts.models import CodeSecours, SecondFacteur, Session, User
from maillage.references.accounts.rules import LETTRES_SECOURS, NOMBRE_SECOURS, matching_step, plain_code
from maillage.references.accounts.services.avis import ACTIVEE, CODE_SECOURS, DESACTIVEE, warn
from maillage.references.accounts.services.limites import Essai
from maillage.references.accounts.services.mot_de_passe import prove
from maillage.references.accounts.sessions import VERIFIEE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

# Under this key, recovery codes that were drawn and not yet written down, encrypted: the session is in the database.
CODES = "codes_de_secours"
INACTIVE = Refusal("inactive", "La double authentification n’est pas active.")
FAUX = "Ce code n’est pas valable\u202f: il a déjà servi, il a expiré, ou il comporte une erreur."


@transaction.atomic
def prepare(*, actor: User) -> None:
    """Draw the secret to share with an application; it is in force once `activate` has seen a first code."""
    _lock(actor)
    if SecondFacteur.objects.filter(user=actor, confirme_le__isnull=False).exists():
        raise Refused(Refusal("deja_active", "La double authentification est déjà active."))
    SecondFacteur.objects.update_or_create(user=actor, defaults={"secret": pyotp.random_base32(), "dernier_pas": 0})


def activate(*, request: HttpRequest, actor: User, code: str) -> None:
    """Put the second factor in force by a first code, which this session has then given; the others are closed."""
    essai = Essai("code", str(actor.pk), address(request))
    essai.begin()
    try:
        codes = _activate(actor, code, request.session.session_key)
    except Refused:
        essai.fail()
        raise
    essai.succeed()
    request.session[VERIFIEE] = True
    _keep(request, codes)


@transaction.atomic
def _activate(actor: User, code: str, session_key: str | None) -> Sequence[str]:
    factor = SecondFacteur.objects.select_for_update().filter(user=actor, confirme_le__isnull=True).first()
    if factor is None or not _accept(factor, plain_code(code)):
        raise Refused(Refusal("code_faux", FAUX, "code"))
    factor.confirme_le = timezone.now()
    factor.save()
    _close_others(actor, session_key)
    audit.record("accounts.activate_second_factor", actor, actor=actor)
    warn(actor, ACTIVEE)
    return _draw_codes(actor)


@transaction.atomic
def verify(*, user: User, code: str) -> None:
    """Accept a code of the application or a recovery code, once; raise `Refused` when it is wrong."""
    code = plain_code(code)
    factor = SecondFacteur.objects.select_for_update().filter(user=user, confirme_le__isnull=False).first()
    if factor and _accept(factor, code):
        factor.save(update_fields=["dernier_pas"])
        return
    unused = CodeSecours.objects.filter(user=user, empreinte=_hash(user, code), utilise_le__isnull=True)
    if factor is None or not unused.update(utilise_le=timezone.now()):
        raise Refused(Refusal("code_faux", FAUX, "code"))
    audit.record("accounts.use_recovery_code", user, actor=user)
    warn(user, CODE_SECOURS)


def renew_codes(*, request: HttpRequest, actor: User, password: str) -> None:
    """Draw new recovery codes, against one's password: the former ones are void."""
    prove(request=request, actor=actor, password=password)
    _keep(request, _renew(actor))


@transaction.atomic
def _renew(actor: User) -> Sequence[str]:
    _lock(actor)
    if not SecondFacteur.objects.filter(user=actor, confirme_le__isnull=False).exists():
        raise Refused(INACTIVE)
    audit.record("accounts.renew_recovery_codes", actor, actor=actor)
    return _draw_codes(actor)


def disable(*, request: HttpRequest, actor: User, password: str) -> None:
    """Forget the second factor and its codes, against one's password; the other sessions are closed.

    Roles that need it sleep from now on.
    """
    prove(request=request, actor=actor, password=password)
    _disable(actor, request.session.session_key)
    request.session[VERIFIEE] = False


@transaction.atomic
def remove(*, user: User, motif: str) -> None:
    """Take the second factor away from somebody whom an operator has recognised; their sessions are closed."""
    _forget(user)
    Session.objects.filter(user=user).delete()
    audit.record("accounts.remove_second_factor", user, actor=None, motif=motif)


@transaction.atomic
def _disable(actor: User, session_key: str | None) -> None:
    _forget(actor)
    _close_others(actor, session_key)
    audit.record("accounts.disable_second_factor", actor, actor=actor)


def shown_codes(request: HttpRequest) -> Sequence[str]:
    """Return the recovery codes that the person has not yet said to have written down."""
    kept = request.session.get(CODES)
    return decrypt(kept).split() if kept else []


def forget_codes(*, request: HttpRequest) -> None:
    """Never show the recovery codes again: the person has written them down."""
    request.session.pop(CODES, None)


def _keep(request: HttpRequest, codes: Sequence[str]) -> None:
    request.session[CODES] = encrypt(" ".join(codes))


def _forget(user: User) -> None:
    _lock(user)
    if not SecondFacteur.objects.filter(user=user).delete()[0]:
        raise Refused(INACTIVE)
    CodeSecours.objects.filter(user=user).delete()
    warn(user, DESACTIVEE)


def _close_others(user: User, session_key: str | None) -> None:
    Session.objects.filter(user=user).exclude(session_key=session_key or "").delete()


def _lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _accept(factor: SecondFacteur, code: str) -> bool:
    step = matching_step(factor.secret or "", code, moment=time.time(), after=factor.dernier_pas)
    if step is not None:
        factor.dernier_pas = step
    return step is not None


def _draw_codes(user: User) -> Sequence[str]:
    codes = ["".join(secrets.choice(LETTRES_SECOURS) for _ in range(12)) for _ in range(NOMBRE_SECOURS)]
    CodeSecours.objects.filter(user=user).delete()
    CodeSecours.objects.bulk_create(CodeSecours(user=user, empreinte=_hash(user, code)) for code in codes)
    return codes


def _hash(user: User, code: str) -> str:
    return fingerprint(f"{user.pk}:{code}", "code_secours")
