"""Open and close a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import auth

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


def open_session(*, request: HttpRequest, email: str, password: str) -> User:
    """Sign a person in; raise `Refused` without telling which of the two is wrong, nor whether the account exists."""
    user = auth.authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        raise Refused(Refusal("identifiants", "L’adresse électronique ou le mot de passe est incorrect."))
    auth.login(request, user)
    return user


def close_session(*, request: HttpRequest) -> None:
    """Sign the person out and forget the session."""
    auth.logout(request)
