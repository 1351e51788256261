"""Relations that begin and end as the effect of an act of a room above: a candidature, a contract, an agreement.

The room checks that the act may be done, and holds the lock of the person; what is written here follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from maillage.foundations.kernel import audit
from maillage.references.personnes.models import Relation

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import Membre, Organisation, User
    from maillage.references.personnes.enums import TypeRelation
    from maillage.references.personnes.models import Personne


def ensure_relation(
    *,
    personne: Personne,
    organisation: Organisation,
    type_relation: TypeRelation,
    debut: date,
    actor: User | None,
    referent: Membre | None = None,
) -> Relation:
    """Open the file of a person to an organisation from `debut` on; if it already is, its planned end is lifted."""
    running = (
        _of(personne, organisation, type_relation)
        .filter(Q(fin__isnull=True) | Q(fin__gt=debut))
        .select_for_update()
        .order_by("debut")
        .first()
    )
    if running is None:
        running = Relation.objects.create(
            personne=personne, organisation=organisation, type=type_relation, debut=debut, referent=referent
        )
        audit.record(
            "personnes.follow",
            personne,
            actor=actor,
            type=str(type_relation),
            debut=debut.isoformat(),
            organisation=organisation.pk,
        )
    elif running.fin is not None or running.debut > debut:
        running.fin, running.debut = None, min(running.debut, debut)
        running.save(update_fields=["debut", "fin"])
        audit.record("personnes.end", personne, actor=actor, type=str(type_relation), fin="")
    return running


def open_until(
    *,
    personne: Personne,
    organisation: Organisation,
    type_relation: TypeRelation,
    debut: date,
    fin: date,
    actor: User | None,
) -> None:
    """Open the file of a person to an organisation until `fin` (excluded); if it already is, for no less long."""
    running = (
        _of(personne, organisation, type_relation)
        .filter(Q(fin__isnull=True) | Q(fin__gt=debut), debut__lte=debut)
        .select_for_update()
        .first()
    )
    if running is None:
        # One that ended this very day, or is planned, may stand in the way: it is the same one, that goes on.
        running = _of(personne, organisation, type_relation).filter(debut__gte=debut).select_for_update().first()
    if running is None:
        Relation.objects.create(
            personne=personne, organisation=organisation, type=type_relation, debut=debut, fin=max(debut, fin)
        )
        audit.record(
            "personnes.follow",
            personne,
            actor=actor,
            type=str(type_relation),
            debut=debut.isoformat(),
            organisation=organisation.pk,
        )
    elif running.fin is not None and running.fin < fin:
        running.fin = fin
        running.save(update_fields=["fin"])
        audit.record("personnes.end", personne, actor=actor, type=str(type_relation), fin=fin.isoformat())


def close_relation(
    *, personne: Personne, organisation: Organisation, type_relation: TypeRelation, fin: date, actor: User | None
) -> None:
    """End, or plan the end of, the running relation of an organisation with a person, if there is one.

    The file stays open to it for the delay in force.
    """
    rows = _of(personne, organisation, type_relation).filter(Q(fin__isnull=True) | Q(fin__gt=fin), debut__lte=fin)
    for relation in rows.select_for_update():
        relation.fin = fin
        relation.save(update_fields=["fin"])
        audit.record("personnes.end", personne, actor=actor, type=str(type_relation), fin=fin.isoformat())


def _of(personne: Personne, organisation: Organisation, type_relation: TypeRelation) -> QuerySet[Relation]:
    return Relation.objects.filter(personne=personne, organisation=organisation, type=type_relation)
