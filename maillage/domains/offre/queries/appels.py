"""Calls for projects: the list, one of them, what the diagnostic says of the territories it aims at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q

from maillage.domains.diagnostics.enums import Capacite
from maillage.domains.diagnostics.queries.couverture import MAILLES, compute_couverture
from maillage.domains.diagnostics.rules import Choix
from maillage.domains.offre.enums import EtatAppel, EtatDossier
from maillage.domains.offre.queries.visibilite import led_appels, visible_appels
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from maillage.domains.offre.models import AppelProjets
    from maillage.references.accounts.models import User

DEPOSES = ~Q(dossiers__etat=EtatDossier.BROUILLON)


def list_appels(user: User | AnonymousUser) -> QuerySet[AppelProjets]:
    """Return the calls that an account may read, each with its territories and how many dossiers it received."""
    territoires = Territoire.objects.order_by("nom_recherche")
    return (
        visible_appels(user)
        .select_related("organisation")
        .prefetch_related(Prefetch("territoires", territoires))
        .annotate(recus=Count("dossiers", filter=DEPOSES, distinct=True))
        .order_by("-cloture", "-pk")
    )


def get_appel(user: User | AnonymousUser, public_id: UUID) -> AppelProjets | None:
    """Return a call that an account may read, None when there is none."""
    return list_appels(user).filter(public_id=public_id).first()


def describe_territoires(territoires: Sequence[Territoire], *, on: date) -> dict[str, Any]:
    """Return what the diagnostic says of territories, to be frozen in a call: their class, three measures, rank.

    Empty while nothing is loaded. Counted in ETP, for the population in working age, with the parameters in force.
    """
    try:
        couverture = compute_couverture(settings.MAILLAGE_REGION, Choix(capacite=Capacite.ETP), mailles=MAILLES, on=on)
    except LookupError:
        return {}
    lignes = [couverture.find(each.niveau, each.code) for each in territoires]
    return {
        "jour": on.isoformat(),
        "public": couverture.besoins.public.libelle,
        "rayon_km": couverture.rayon,
        "territoires": [
            {
                "niveau": ligne.niveau,
                "code": ligne.code,
                "nom": ligne.nom,
                "classe": ligne.classe.label if ligne.classe else None,
                "rang": ligne.rang,
                "parmi": len(couverture.mailles[ligne.maille]),
                "besoin": None if ligne.besoin is None else round(ligne.besoin),
                "etp": None if ligne.etp is None else round(ligne.etp, 1),
                "accessibilite": None if ligne.accessibilite is None else round(ligne.accessibilite, 2),
                "reference": round(couverture.total.accessibilite or 0, 2),
            }
            for ligne in lignes
            if ligne is not None
        ],
    }


def closing_soon(user: User | AnonymousUser, *, on: date) -> QuerySet[AppelProjets]:
    """Return the open calls of an account that close soon, or should be closed already."""
    within = int(get_parametre("offre.alerte_cloture_jours", on=on).value)
    return led_appels(user).filter(etat=EtatAppel.OUVERT, cloture__lte=on + timedelta(days=within))
