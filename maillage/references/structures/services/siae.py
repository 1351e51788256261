"""Register SIAE from any source: the one way in, for a form, an import or the demonstration."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

import pghistory
from django.db import connection, transaction

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import Event, publish
from maillage.foundations.kernel.permissions import granted
from maillage.references.structures.permissions import Permission
from maillage.references.structures.rules import FicheSiae, check_fiche
from maillage.references.structures.services.lot import Lot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae
    from maillage.references.structures.services.rows import Change

# Registrations queue up behind this PostgreSQL advisory lock: two imports never race for the same new SIRET.
LOCK = 5132_04


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """What became of a fiche: `siae` is None and `refusals` say why when it was refused."""

    siae: Siae | None
    change: Literal["cree", "modifie", "inchange", "refuse"]
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class OffreModifiee(Event):
    """SIAE were created or changed."""

    siae: tuple[int, ...]


def register_siae(*, fiche: FicheSiae, actor: User | None, on: date, source: str) -> Enregistrement:
    """Create or update one SIAE with its organisation, sites, figures and activities; raise `Refused` with the reasons.

    Registering the same fiche again changes nothing and leaves no trace.
    """
    [enregistrement] = register_batch(fiches=[fiche], actor=actor, on=on, source=source)
    if enregistrement.refusals:
        raise Refused(*enregistrement.refusals)
    return enregistrement


@transaction.atomic
def register_batch(*, fiches: Sequence[FicheSiae], actor: User | None, on: date, source: str) -> list[Enregistrement]:
    """Register fiches one after the other, in a number of queries that does not depend on how many they are.

    A refused fiche stops no other: its `Enregistrement` carries the reasons. `actor` None is the machine; raise
    `Refused` when the actor may not register. Give a thousand or so at a time: they are held in memory.
    """
    if actor is not None and not (decision := granted(actor, Permission.REGISTER)):
        raise Refused(Refusal("interdit", decision.reason))
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    checked = [_check(fiche, on.year) for fiche in fiches]
    with pghistory.context(auteur=actor.pk if actor else None, source=source, date=on.isoformat()):
        lot = Lot([fiche for fiche in checked if isinstance(fiche, FicheSiae)], source)
        applied = [_apply(lot, fiche) for fiche in checked]
        lot.flush()
    _trace(applied, actor=actor, on=on, source=source)
    return [enregistrement for enregistrement, _ in applied]


def _check(fiche: FicheSiae, annee_max: int) -> FicheSiae | Refused:
    try:
        return check_fiche(fiche, annee_max=annee_max)
    except Refused as refused:
        return refused


def _apply(lot: Lot, fiche: FicheSiae | Refused) -> tuple[Enregistrement, list[Change]]:
    refusals = tuple(lot.check(fiche)) if isinstance(fiche, FicheSiae) else fiche.refusals
    if refusals or isinstance(fiche, Refused):
        return Enregistrement(None, "refuse", refusals), []
    created = fiche.type_siae not in lot.siae.rows[fiche.siret]
    siae, changes = lot.apply(fiche)
    return Enregistrement(siae, "cree" if created else "modifie" if changes else "inchange"), changes


def _trace(
    applied: Sequence[tuple[Enregistrement, list[Change]]], *, actor: User | None, on: date, source: str
) -> None:
    """Journal one act per SIAE that came or changed, with every value before and after, and tell the other rooms."""
    changed: dict[int, tuple[Siae, list[Change]]] = {}
    created: set[int] = set()
    for enregistrement, changes in applied:
        if (siae := enregistrement.siae) and changes:
            changed.setdefault(siae.pk, (siae, []))[1].extend(changes)
            if enregistrement.change == "cree":
                created.add(siae.pk)
    if not changed:
        return
    for act, wanted in (("siae.create", created), ("siae.update", changed.keys() - created)):
        acts = [
            (siae, {"source": source, "date": on.isoformat(), "changements": [asdict(change) for change in changes]})
            for siae, changes in changed.values()
            if siae.pk in wanted
        ]
        audit.record_all(act, acts, actor=actor)
    publish(OffreModifiee(tuple(changed)))
