"""The interviews of a CIP and of their SIAE."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import EtatEntretien
from maillage.domains.parcours.models import Entretien
from maillage.domains.parcours.queries.accompagnement import followed_relations
from maillage.domains.parcours.rules.agenda import Rendezvous, write_ics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


def list_entretiens(user: User, on: date, *, miens: bool = True) -> QuerySet[Entretien]:
    """Return the interviews with the employees whom the SIAE supports, cancelled ones left out; one's own only."""
    relations = followed_relations(user, on).order_by().values("pk")
    rows = Entretien.objects.filter(accompagnement__relation__in=relations).exclude(etat=EtatEntretien.ANNULE)
    if miens and user.membre:
        rows = rows.filter(membre__user=user.membre.user_id, membre__organisation=user.membre.organisation_id)
    person = "accompagnement__relation__personne"
    return rows.select_related(person, "membre__user").defer(f"{person}__nir", f"{person}__nir_empreinte")


def monday(day: date) -> date:
    """Return the first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def to_ics(entretiens: Iterable[Entretien], link: Callable[[Entretien], str]) -> bytes:
    """Return interviews as a calendar file: a first name and an initial, the rest is behind the link."""
    found = []
    for each in entretiens:
        person = each.accompagnement.relation.personne
        titre = f"Entretien · {person.prenom} {person.nom[:1]}."
        fin = each.debut + timedelta(minutes=each.duree_minutes)
        found.append(Rendezvous(str(each.public_id), each.debut, fin, titre, link(each)))
    return write_ics(found, now=timezone.now())
