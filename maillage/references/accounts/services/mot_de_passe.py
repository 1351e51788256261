"""Passwords: prove that one knows it, change it, get back in when it is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.limits import address
from maillage.foundations.kernel.mail import notify
from maillage.references.accounts.models import Session, User
from maillage.references.accounts.services.avis import MOT_DE_PASSE, warn
from maillage.references.accounts.services.limites import Essai, compte_de

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


def prove(*, request: HttpRequest, actor: User, password: str, field: str = "password") -> None:
    """Raise `Refused` unless this is the password of the person; tries are counted, apart from those of strangers."""
    essai = Essai("preuve", str(actor.pk), address(request))
    essai.begin()
    if not actor.check_password(password):
        essai.fail()
        raise Refused(Refusal("mot_de_passe_faux", "Ce n’est pas votre mot de passe actuel.", field))
    essai.succeed()


def change_password(*, request: HttpRequest, actor: User, ancien: str, nouveau: str) -> None:
    """Give oneself another password, against the present one; the other sessions are closed."""
    prove(request=request, actor=actor, password=ancien, field="ancien")
    _change(request, actor, nouveau)


@transaction.atomic
def _change(request: HttpRequest, actor: User, password: str) -> None:
    _set(User.objects.select_for_update().get(pk=actor.pk), password)
    actor.refresh_from_db(fields=["password"])
    update_session_auth_hash(request, actor)
    Session.objects.filter(user=actor).exclude(session_key=request.session.session_key).delete()
    audit.record("accounts.change_password", actor, actor=actor)
    warn(actor, MOT_DE_PASSE)


def ask_reset(*, request: HttpRequest, email: str) -> None:
    """Send the link that opens an account again, if there is one: nothing tells who asks whether there is."""
    essai = Essai("lien", compte_de(email.strip()), address(request))
    essai.begin()
    essai.fail()  # every request weighs on the address: there is no right answer
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user:
        kwargs = {"public_id": user.public_id, "token": default_token_generator.make_token(user)}
        context = {
            "url": request.build_absolute_uri(reverse("accounts:nouveau_mot_de_passe", kwargs=kwargs)),
            "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
        }
        notify([user.email], "Choisir un nouveau mot de passe", "accounts/courriel_mot_de_passe.txt", context)


@transaction.atomic
def reset_password(*, request: HttpRequest, public_id: UUID, token: str, password: str) -> None:
    """Choose a password by the link received; every session is closed, and the account is no longer blocked."""
    user = User.objects.select_for_update().filter(public_id=public_id, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise Refused(Refusal("lien_perime", "Ce lien ne vaut plus\u202f: demandez-en un autre."))
    _set(user, password)
    Session.objects.filter(user=user).delete()
    audit.record("accounts.reset_password", user, actor=None)
    Essai("mot_de_passe", str(user.pk), address(request)).succeed()
    warn(user, MOT_DE_PASSE)


def _set(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        reasons = [Refusal("mot_de_passe_faible", message, "nouveau") for message in error.messages]
        raise Refused(*reasons) from error
    user.set_password(password)
    user.save(update_fields=["password"])
