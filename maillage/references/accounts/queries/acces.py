"""How a person gets in: their second factor, their sessions, the account behind a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone

from maillage.references.accounts.models import CodeSecours, SecondFacteur, Session, User
from maillage.references.accounts.rules import describe_browser

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def find_second_factor(user: User) -> SecondFacteur | None:
    """Return the second factor in force, None when there is none or when no code has confirmed it."""
    return SecondFacteur.objects.filter(user=user, confirme_le__isnull=False).first()


def find_draft(user: User) -> SecondFacteur | None:
    """Return the second factor that waits for its first code."""
    return SecondFacteur.objects.filter(user=user, confirme_le__isnull=True).first()


def count_recovery_codes(user: User) -> int:
    """Return how many recovery codes are left."""
    return CodeSecours.objects.filter(user=user, utilise_le__isnull=True).count()


def sessions_of(user: User) -> QuerySet[Session]:
    """Return the sessions of a person that are still open, the last used first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-vue_le")


def list_sessions(user: User, current: str | None) -> list[tuple[Session, str, bool]]:
    """Return the open sessions of a person, each with its browser in words and whether it is the `current` one."""
    return [
        (session, describe_browser(session.navigateur), session.session_key == current) for session in sessions_of(user)
    ]


def find_by_link(public_id: UUID, token: str) -> User | None:
    """Return the account that a link of « mot de passe oublié » opens, None when it is void."""
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    return user if user and default_token_generator.check_token(user, token) else None
