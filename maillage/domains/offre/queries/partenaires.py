"""Which organisations may be asked for an opinion on a project of a département."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from maillage.domains.offre.permissions import ROLES, Permission
from maillage.references.accounts.models import Competence, Organisation
from maillage.references.accounts.rules import types_organisation
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from django.db.models import QuerySet


def list_partenaires(departement: str) -> QuerySet[Organisation]:
    """Return the organisations whose members give opinions, that answer for a département, its region or a part."""
    opinants = {role for role, held in ROLES.items() if Permission.OPINE in held}
    kinds = [code for code, kind in types_organisation().items() if opinants & set(kind.roles)]
    region = Territoire.objects.filter(niveau=Niveau.DEPARTEMENT, code=departement).values("region")
    inside = Territoire.objects.filter(departement=departement, niveau=OuterRef("niveau"), code=OuterRef("code"))
    theirs = Competence.objects.filter(organisation=OuterRef("pk")).filter(
        Q(niveau=Niveau.DEPARTEMENT, code=departement) | Q(niveau=Niveau.REGION, code__in=region) | Q(Exists(inside))
    )
    return Organisation.objects.filter(Exists(theirs), types__overlap=kinds).order_by("nom_recherche")
