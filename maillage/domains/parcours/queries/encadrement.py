"""Permanent staff against the employees, by SIAE: for its direction, and for who steers, under secrecy."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from maillage.domains.parcours.models import Contrat, EffectifPermanent
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.rules.encadrement import BORNES, Encadrement
from maillage.foundations.kernel.parameters import find_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.structures.models import Implantation, Siae
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


@dataclass(frozen=True, slots=True)
class LigneEncadrement:
    """A SIAE and its means; `secret` when its employees are too few to be told."""

    siae: Siae
    departement: str
    annee: int | None
    encadrement: Encadrement
    secret: bool


def own_siae(user: User) -> QuerySet[Siae]:
    """Return the active SIAE of the organisation of this account."""
    rows = Siae.objects.actives().select_related("organisation")
    return rows.filter(organisation=user.membre.organisation_id) if user.membre else rows.none()


def staffed_siae(user: User) -> QuerySet[Siae]:
    """Return the SIAE whose means this account reads: its own, those of its départements, of the region for others."""
    membre = user.membre
    if membre is None or not granted(user, Permission.VIEW_RATIOS):
        return Siae.objects.none()
    if membre.profil == P.SIAE_DIRECTION:
        return own_siae(user)
    rows = Siae.objects.actives().select_related("organisation")
    lands = {
        level: list(membre.organisation.competences.filter(niveau=level).values_list("code", flat=True))
        for level in (Niveau.DEPARTEMENT, Niveau.REGION)
    }
    condition = Q(implantations__commune__departement__in=lands[Niveau.DEPARTEMENT])
    condition |= Q(implantations__commune__region__in=lands[Niveau.REGION])
    return rows.filter(condition, implantations__principale=True).distinct()


def list_encadrement(user: User, on: date) -> list[LigneEncadrement]:
    """Return the means of each SIAE that this account reads: the last year known, the employees of the day.

    Four queries whatever the number of SIAE. The direction of a SIAE reads its own figures whole.
    """
    site = Implantation.objects.filter(siae=OuterRef("pk"), principale=True).values("commune__departement")[:1]
    found = list(staffed_siae(user).annotate(departement=Subquery(site)).order_by("nom", "pk"))
    keys = [each.pk for each in found]
    own = user.membre is not None and user.membre.profil == P.SIAE_DIRECTION
    employees, staff = count_salaries(keys, on), _staff(keys)
    least = 0 if own else get_effectif_min(on)
    lines = []
    for siae in found:
        annee, etp = staff.get(siae.pk, (None, {}))
        salaries = employees.get(siae.pk)
        secret = salaries is not None and salaries < least
        means = Encadrement(None if secret else salaries, etp, get_bornes(siae.type_siae, on))
        lines.append(LigneEncadrement(siae, siae.departement or "", annee, means, secret))
    return lines


def count_salaries(siae: Iterable[int], on: date) -> dict[int, int]:
    """Return how many persons each SIAE employs on a day, assignments included; no contract known: not there."""
    end = Coalesce("fin", "fin_prevue")
    rows = Contrat.objects.filter(siae__in=list(siae), debut__lte=on).annotate(end=end)
    current = rows.filter(Q(end__isnull=True) | Q(end__gt=on)).values("siae")
    counted = current.annotate(nombre=Count("personne", distinct=True)).order_by()
    return dict(counted.values_list("siae", "nombre"))


def _staff(siae: Iterable[int]) -> dict[int, tuple[int, dict[str, Decimal]]]:
    """Return the last year that each SIAE told, with its ETP by function."""
    years: defaultdict[int, dict[int, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    rows = EffectifPermanent.objects.filter(siae__in=list(siae)).values_list("siae", "annee", "fonction", "etp")
    for pk, annee, fonction, etp in rows:
        years[pk][annee][fonction] = etp
    return {pk: (max(told), told[max(told)]) for pk, told in years.items()}


def get_bornes(type_siae: str, on: date) -> tuple[Decimal, Decimal] | None:
    """Return how many employees the strategy saw for a permanent post, at least and at most; None: it says nothing."""
    if (code := BORNES.get(type_siae)) is None:
        return None
    least, most = (find_parametre(f"{code}_{end}", on=on) for end in ("min", "max"))
    return (least.value, most.value) if least and most else None
