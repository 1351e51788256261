"""The home of a person: which profile they have, what it offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import resolve, reverse

from maillage.foundations.kernel.checks import declared_permission
from maillage.foundations.kernel.permissions import Role, granted
from maillage.interfaces.workspaces.profils import PROFILS

if TYPE_CHECKING:
    from maillage.interfaces.workspaces.profils import Profil, Raccourci
    from maillage.references.accounts.models import User


def get_profils(user: User) -> list[Profil]:
    """Return what the home offers a person for each role they hold, operator first; at least one answer.

    A role that sleeps until the second factor offers its pages already: those it may not open yet are left out.
    """
    held = [Role.EXPLOITANT] if user.is_staff else []
    return [PROFILS[role] for role in (*held, *user.roles_promis)] or [PROFILS[Role.CONNECTE]]


def list_raccourcis(user: User, profils: list[Profil]) -> list[tuple[Raccourci, str]]:
    """Return the shortcuts of these profiles whose page the person may open, each with its address, once."""
    offered = dict.fromkeys(raccourci for profil in profils for raccourci in profil.raccourcis)
    return [(raccourci, url) for raccourci in offered if may_open(user, url := reverse(raccourci.url_name))]


def may_open(user: User, url: str) -> bool:
    """Tell whether a person holds the permission that the page of an address declares."""
    permission = declared_permission(resolve(url).func)
    return permission is None or bool(granted(user, permission))


def describe_organisation(user: User) -> str:
    """Return in whose name a person acts, as the header says it; "" for nobody's."""
    return str(user.membre.organisation) if user.membre else ""
