"""The départements of the region, and those that somebody answers for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from maillage.domains.offre.models import Objectif
from maillage.domains.offre.permissions import Permission
from maillage.foundations.kernel.permissions import Role, granted, roles
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from maillage.references.accounts.models import User


def list_departements() -> dict[str, str]:
    """Return the name of each département of the region, by code. One query."""
    rows = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=settings.MAILLAGE_REGION)
    return dict(rows.order_by("code").values_list("code", "nom"))


def list_noms() -> dict[tuple[str, str], str]:
    """Return the name of the region and of its départements, by level and code. One query."""
    levels = (Niveau.REGION, Niveau.DEPARTEMENT)
    rows = Territoire.objects.en_vigueur().filter(niveau__in=levels, region=settings.MAILLAGE_REGION)
    region = Territoire.objects.filter(niveau=Niveau.REGION, code=settings.MAILLAGE_REGION)
    found = (rows | Territoire.objects.en_vigueur().filter(pk__in=region.values("pk"))).order_by("-niveau", "code")
    return {(niveau, code): nom for niveau, code, nom in found.values_list("niveau", "code", "nom")}


def competences(user: User) -> set[tuple[str, str]]:
    """Return the territories that the organisation of a person answers for, as (niveau, code). One query."""
    if user.membre is None:
        return set()
    return set(user.membre.organisation.competences.values_list("niveau", "code"))


def departements_of(user: User) -> dict[str, str]:
    """Return the départements whose SIAE a person may compare by name: an operator, all; else those of their land."""
    if not granted(user, Permission.VIEW_ECARTS):
        return {}
    every = list_departements()
    land = competences(user)
    if Role.EXPLOITANT in roles(user) or (Niveau.REGION, settings.MAILLAGE_REGION) in land:
        return every
    return {code: nom for code, nom in every.items() if (Niveau.DEPARTEMENT, code) in land}


def may_set_on(user: User, niveau: str, code: str) -> bool:
    """Tell whether a person answers for the territory of an objective: itself, or the region that holds it."""
    if not granted(user, Permission.SET_OBJECTIF):
        return False
    land = competences(user)
    inside = code == settings.MAILLAGE_REGION if niveau == Niveau.REGION else code in list_departements()
    return inside and ((niveau, code) in land or (Niveau.REGION, settings.MAILLAGE_REGION) in land)


def offer_to_set(user: User, objectif: Objectif) -> list[tuple[str, str]]:
    """Return the territories for which a person may set the same objective, as `settable`: where there is none yet."""
    same = Objectif.objects.filter(public=objectif.public, annee=objectif.annee, type_siae=objectif.type_siae)
    taken = {f"{niveau}:{code}" for niveau, code in same.values_list("niveau", "code")}
    return [(place, nom) for place, nom in settable(user) if place not in taken]


def settable(user: User) -> list[tuple[str, str]]:
    """Return the territories for which a person may set objectives, as ("niveau:code", name), the region first."""
    if not granted(user, Permission.SET_OBJECTIF):
        return []
    land = competences(user)
    whole = (Niveau.REGION.value, settings.MAILLAGE_REGION) in land
    return [(f"{niveau}:{code}", nom) for (niveau, code), nom in list_noms().items() if whole or (niveau, code) in land]
