"""What a SIAE declared of the obstacles of its employees beside what its CIP wrote down: counts, nobody named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from maillage.domains.parcours.enums.accompagnement import EtatFrein, Frein
from maillage.domains.parcours.models import ConstatFrein, FreinDeclare
from maillage.domains.parcours.queries.accompagnement import followed_relations
from maillage.domains.parcours.queries.contrats import own_siae

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae

# What each declared count is among the states that are written down here.
ETATS: Mapping[str, tuple[EtatFrein, ...]] = {
    "concernes": (EtatFrein.CONCERNE, EtatFrein.INTERNE, EtatFrein.EXTERNE, EtatFrein.DEUX, EtatFrein.LEVE),
    "internes": (EtatFrein.INTERNE,),
    "externes": (EtatFrein.EXTERNE,),
    "deux": (EtatFrein.DEUX,),
}


@dataclass(frozen=True, slots=True)
class LigneFrein:
    """An obstacle: what was declared under an annexe (None: unknown), and what is written down of today's employees."""

    frein: Frein
    declare: Mapping[str, int | None]
    constate: Mapping[str, int]


def list_annexes(siae: Siae) -> list[tuple[str, date, date | None]]:
    """Return the annexes for which something was declared, the latest first. One query."""
    rows = FreinDeclare.objects.filter(siae=siae).order_by("-debut", "-annexe")
    return list(dict.fromkeys(rows.values_list("annexe", "debut", "fin")))


def list_siae(user: User) -> list[Siae]:
    """Return the SIAE whose obstacles an account reads: its own. One query."""
    return list(own_siae(user))


def list_freins(user: User, siae: Siae, annexe: str, on: date) -> list[LigneFrein]:
    """Return the eight obstacles, in three queries. The employees are those whom the organisation supports today."""
    declared = {
        row["frein"]: row
        for row in FreinDeclare.objects.filter(siae=siae, annexe=annexe).values("frein", *FreinDeclare.COMPTES)
    }
    seen = _count(user, siae, on)
    nothing: dict[str, int | None] = dict.fromkeys(FreinDeclare.COMPTES)
    return [
        LigneFrein(
            frein,
            {name: declared.get(frein.value, nothing)[name] for name in FreinDeclare.COMPTES},
            {name: sum(seen.get((frein.value, etat.value), 0) for etat in etats) for name, etats in ETATS.items()},
        )
        for frein in Frein
    ]


def _count(user: User, siae: Siae, on: date) -> Mapping[tuple[str, str], int]:
    """Return how many employees of a SIAE are in each state of each obstacle, by its last statement."""
    employed = Q(personne__contrats__siae=siae, personne__contrats__debut__lte=on) & (
        Q(personne__contrats__fin__isnull=True) | Q(personne__contrats__fin__gt=on)
    )
    relations = followed_relations(user, on).filter(employed).order_by()
    last = (
        ConstatFrein.objects.filter(accompagnement__relation__in=relations.values("pk"), le__lte=on)
        .order_by("accompagnement", "frein", "-le")
        .distinct("accompagnement", "frein")
    )
    rows = ConstatFrein.objects.filter(pk__in=last.values("pk")).order_by().values_list("frein", "etat")
    counted: Sequence[Any] = list(rows.annotate(Count("pk")))
    return {(frein, etat): number for frein, etat, number in counted}
