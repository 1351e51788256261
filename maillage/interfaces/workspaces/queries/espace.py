"""The home of a person: which profile they have, what it offers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import resolve, reverse

from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.checks import declared_permission
from maillage.foundations.kernel.permissions import Role, granted
from maillage.interfaces.workspaces.profils import PROFILS
from maillage.references.accounts.permissions import may_manage
from maillage.references.accounts.queries.organisations import list_competences

if TYPE_CHECKING:
    from maillage.interfaces.workspaces.profils import Profil, Raccourci
    from maillage.references.accounts.models import Organisation, User

# More would be a directory: the organisation's own page lists them all.
MOST_TERRITOIRES = 4


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


@dataclass(frozen=True, slots=True)
class Chez:
    """The organisation in whose name a person acts, and the pages that are about it."""

    organisation: Organisation
    url: str
    inviter_url: str
    territoires: list[tuple[str, str]]


def get_chez(user: User) -> Chez | None:
    """Return where the person is at home: their organisation, its invitation form, the diagnostics of its territories.

    Two queries at most, whatever the number of territories; None for who acts in nobody's name.
    """
    if user.membre is None:
        return None
    organisation = user.membre.organisation
    competences = list_competences().filter(organisation=organisation)
    return Chez(
        organisation,
        page("organisations:detail", organisation.public_id),
        page("organisations:inviter", organisation.public_id) if may_manage(user, organisation) else "",
        [
            (each.nom or str(each), page("diagnostics:territoire", each.niveau, each.code))  # type: ignore[attr-defined]
            for each in competences[:MOST_TERRITOIRES]
        ],
    )


def may_open(user: User, url: str) -> bool:
    """Tell whether a person holds the permission that the page of an address declares."""
    permission = declared_permission(resolve(url).func)
    return permission is None or bool(granted(user, permission))


def describe_organisation(user: User) -> str:
    """Return in whose name a person acts, as the header says it; "" for nobody's."""
    return str(user.membre.organisation) if user.membre else ""
