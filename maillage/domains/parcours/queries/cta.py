"""The cases of CTA that one may read, who sits where, what is to be done.

| who | reads |
|---|---|
| the organisation that presents a case | it, as long as the file of the person is open to it |
| the members of the CTA of its département | it, unless withdrawn, as long as the person agrees and the file is open |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from maillage.domains.parcours.enums.cta import EtatCas
from maillage.domains.parcours.models import CasCta, DecisionCta
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.rules.cta import VIVANTS
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

# The kinds of organisations that sit at a CTA.
TYPES = ("ddets", "ft_agence", "conseil_departemental")


def members(departement: str) -> QuerySet[Organisation]:
    """Return the members of the CTA of a département: its DDETS, its Conseil départemental, its agencies of France
    Travail, whether they answer for it whole or for communes of it.
    """
    communes = Territoire.objects.filter(niveau=Niveau.COMMUNE, departement=departement).values("code")
    land = Q(competences__niveau=Niveau.DEPARTEMENT, competences__code=departement) | Q(
        competences__niveau=Niveau.COMMUNE, competences__code__in=communes
    )
    return Organisation.objects.filter(land, types__overlap=list(TYPES)).distinct().order_by("denomination", "pk")


def seats(user: User) -> set[str]:
    """Return the départements at whose CTA the organisation in whose name somebody acts sits; two queries."""
    membre = user.membre
    if membre is None or not set(membre.organisation.types) & set(TYPES):
        return set()
    rows = list(membre.organisation.competences.values_list("niveau", "code"))
    communes = [code for niveau, code in rows if niveau == Niveau.COMMUNE]
    near = Territoire.objects.filter(niveau=Niveau.COMMUNE, code__in=communes).values_list("departement", flat=True)
    return {code for niveau, code in rows if niveau == Niveau.DEPARTEMENT} | set(near)


def list_cas(user: User, on: date) -> QuerySet[CasCta]:
    """Return the cases that one may read, with `a_faire`, the actions decided that are not done."""
    membre = user.membre
    if membre is None or not granted(user, Permission.VIEW_CTA):
        return CasCta.objects.none()
    shared = Q(departement__in=seats(user), consentement__fin__gt=on) & ~Q(etat=EtatCas.RETIRE)
    return (
        CasCta.objects.filter(
            Q(organisation=membre.organisation_id) | shared, personne__in=visible_to(user).values("pk")
        )
        .annotate(a_faire=Count("decisions", filter=Q(decisions__faite_le__isnull=True)))
        .select_related("personne", "organisation", "titre", "demande", "consentement")
        .defer("personne__nir", "personne__nir_empreinte")
    )


def list_tenus(user: User, on: date) -> QuerySet[CasCta]:
    """Return the cases whose agenda one holds: those of the CTA at which one's organisation sits."""
    if not granted(user, Permission.LEAD_CTA):
        return CasCta.objects.none()
    return list_cas(user, on).filter(departement__in=seats(user))


def cas_of(user: User, personne: Personne, on: date) -> QuerySet[CasCta]:
    """Return the cases of a person that one may read, the latest first."""
    return list_cas(user, on).filter(personne=personne).order_by("-propose_le", "-pk")


def living_of(personne: Personne) -> bool:
    """Tell whether a case of a person waits for a CTA."""
    return CasCta.objects.filter(personne=personne, etat__in=VIVANTS).exists()


def to_do(user: User, on: date) -> QuerySet[DecisionCta]:
    """Return the actions decided that one's organisation has not done."""
    membre = user.membre
    if membre is None:
        return DecisionCta.objects.none()
    return DecisionCta.objects.filter(
        cas__in=list_cas(user, on).order_by().values("pk"), qui=membre.organisation_id, faite_le__isnull=True
    )


def list_seances(user: User, on: date) -> list[tuple[date, str, int]]:
    """Return the sessions to come of the cases that one may read: the day, the département, how many cases."""
    rows = (
        CasCta.objects.filter(pk__in=list_cas(user, on).order_by().values("pk"), etat=EtatCas.INSCRIT)
        .filter(seance_le__gte=on)
        .values_list("seance_le", "departement")
        .annotate(nombre=Count("pk"))
        .order_by("seance_le", "departement")
    )
    return [(day, departement, count) for day, departement, count in rows if day]
