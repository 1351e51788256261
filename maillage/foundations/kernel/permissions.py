"""Who may do what: roles, the permissions that each room grants them, and decisions that say why.

A room's `permissions.py` declares its `Permission` (a StrEnum whose values are `<room>.<act>`, unique in the house) and
`ROLES`, the permissions that each role *adds*. This module adds them up; it must stay importable before the models.

The kernel knows three roles, which need no organisation. The room that knows organisations declares the others as
`PROFILS`: what one is for the organisation in whose name one acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponseBase

    type_user = AbstractBaseUser | AnonymousUser
    View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Profil(StrEnum):
    """Base of the roles that come from an organisation; each also holds what `Role.CONNECTE` holds."""

    @property
    def label(self) -> str:
        """The people who hold the role, as a refusal names them."""
        raise NotImplementedError


class Role(StrEnum):
    """The roles that need no organisation; each also holds what the roles above it hold."""

    VISITEUR = "visiteur"
    CONNECTE = "connecte"
    EXPLOITANT = "exploitant"

    @property
    def label(self) -> str:
        """The people who hold the role, as a refusal names them."""
        return _LABELS[self]


_LABELS = {
    Role.VISITEUR: "tout visiteur",
    Role.CONNECTE: "les personnes connectées",
    Role.EXPLOITANT: "les exploitants de la plateforme",
}


class Permission(StrEnum):
    """What the kernel's own pages ask for."""

    VIEW_TACHE = "kernel.view_tache"
    VIEW_JOURNAL = "kernel.view_journal"  # one's own acts at least: `audit.visible_to` says which
    NOTIFICATIONS = "kernel.notifications"


ROLES: dict[Role, frozenset[Permission]] = {
    Role.CONNECTE: frozenset({Permission.VIEW_TACHE, Permission.VIEW_JOURNAL, Permission.NOTIFICATIONS}),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to « may they? »; `reason` is the French sentence shown when the answer is no."""

    ok: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.ok


ALLOWED = Decision(True)


def roles(user: type_user) -> frozenset[str]:
    """Return the roles a person holds, now and for the organisation in whose name they act.

    A role that reads persons sleeps until the session is verified by a second factor (`User.roles_endormis`).
    """
    if not user.is_authenticated:
        return frozenset({Role.VISITEUR})
    asleep = getattr(user, "roles_endormis", False)
    own: set[str] = set() if asleep else set(getattr(user, "profils", ()))
    if getattr(user, "is_staff", False) and not asleep:
        own.add(Role.EXPLOITANT)
    return frozenset({Role.VISITEUR, Role.CONNECTE} | own)


@cache
def every_role() -> tuple[Role | Profil, ...]:
    """Return every role of the house: the kernel's, then those of the organisations."""
    profils = [profil for module in permission_modules() for profil in getattr(module, "PROFILS", ())]
    return (Role.VISITEUR, Role.CONNECTE, *profils, Role.EXPLOITANT)


def implied(role: str) -> frozenset[str]:
    """Return a role and those whose permissions it also holds."""
    below: dict[str, set[str]] = {
        Role.VISITEUR: {Role.VISITEUR},
        Role.CONNECTE: {Role.VISITEUR, Role.CONNECTE},
    }
    return frozenset(below.get(role, {Role.VISITEUR, Role.CONNECTE, role}))


@cache
def permission_modules() -> tuple[ModuleType, ...]:
    """Return the `permissions` module of every room that has one: looked for once, `find_spec` reads the disk."""
    rooms = [config.name for config in apps.get_app_configs() if config.name.startswith("maillage.")]
    return tuple(import_module(f"{room}.permissions") for room in rooms if find_spec(f"{room}.permissions"))


@cache
def grants() -> Mapping[str, frozenset[str]]:
    """Return, for every permission of the installed rooms, the roles that it is given to."""
    found: dict[str, set[str]] = {}
    for module in permission_modules():
        declared: Mapping[str, Iterable[str]] = module.ROLES
        for role, permissions in declared.items():
            for permission in permissions:
                found.setdefault(permission, set()).add(role)
    return {permission: frozenset(holders) for permission, holders in found.items()}


def granted(user: type_user, permission: str) -> Decision:
    """Decide whether `user` holds `permission`; raise `LookupError` when no room grants it to anyone."""
    holders = grants().get(permission)
    if holders is None:
        raise LookupError(f"no role holds the permission « {permission} »")
    if holders & roles(user):
        return ALLOWED
    if not user.is_authenticated and Role.CONNECTE in holders:
        return Decision(False, "Connectez-vous pour accéder à cette page.")
    if getattr(user, "roles_endormis", False) and holders & set(getattr(user, "roles_promis", ())):
        return Decision(False, "Cette page demande la double authentification\u202f: activez-la dans « Mon compte ».")
    if holders.issuperset(role for role in every_role() if isinstance(role, Profil)):
        return Decision(False, "Cette page est réservée aux membres d’une organisation.")
    names = ", ".join(role.label for role in every_role() if role in holders)
    return Decision(False, f"Cette page est réservée à ces profils\u202f: {names}.")


def refusal(request: HttpRequest, decision: Decision) -> HttpResponseBase:
    """Lead an anonymous visitor to the sign-in page; raise `PermissionDenied` with the reason for anyone else."""
    if request.user.is_authenticated:
        raise PermissionDenied(decision.reason)
    from django.contrib.auth.views import redirect_to_login  # it needs the models, which load after the menus

    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def public(view: View) -> View:
    """Declare that a function view is open to all."""
    view.public = True  # type: ignore[attr-defined]
    return view
