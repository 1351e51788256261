"""What each request learns of who asks: in whose name they act, whether the session is verified, from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import SimpleLazyObject

from maillage.foundations.kernel.limits import address
from maillage.references.accounts.sessions import ORGANISATION, VERIFIEE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.references.accounts.models import User

__all__ = ["ORGANISATION", "VERIFIEE", "Acteur"]


class Acteur:
    """Complete `request.user`: the organisation chosen in this session and whether its second factor was given.

    A membership that ended since is not found among those in force: its rights are gone at the next click. Who was
    given another role in the organisation goes on there, in that role.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.session.visiteur = {  # type: ignore[attr-defined]
            "navigateur": request.headers.get("User-Agent", "")[:200],
            "adresse": address(request) if request.META.get("REMOTE_ADDR") else None,
        }
        user = request.user
        request.user = SimpleLazyObject(lambda: _complete(user, request))  # type: ignore[assignment]
        response = self.get_response(request)
        request.session.touch()  # type: ignore[attr-defined]
        return response


def _complete(user: User | AnonymousUser, request: HttpRequest) -> User | AnonymousUser:
    if user.is_authenticated:
        user.organisation_choisie = request.session.get(ORGANISATION)
        user.second_facteur_verifie = bool(request.session.get(VERIFIEE))
    return user
