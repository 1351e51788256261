"""How every series of the room is written: compared with what is known, in a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from django.db import connection
from django.db.models import Model

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.economie.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

Change: TypeAlias = Literal["cree", "modifie", "inchange"]
Result: TypeAlias = "Change | Refusal"
M = TypeVar("M", bound=Model)
# Writers of the room queue up behind this PostgreSQL advisory lock: two imports never race for the same new row.
LOCK = 1_1002


def begin(actor: User | None) -> None:
    """Check that the actor may record (None is the machine) and wait for the other writers of the room."""
    if actor is not None and not (decision := granted(actor, Permission.RECORD)):
        raise Refused(Refusal("interdit", decision.reason))
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def write(
    known: QuerySet[M], wanted: Mapping[int, M], *, key: Sequence[str], figures: Sequence[str]
) -> dict[int, Change]:
    """Create what is new, correct what differs, leave the rest; return what was done at each position.

    `key` are the fields that identify a row, `figures` those compared and written. Rows wanted twice are one.
    """
    rows = {_values(row, key): row for row in known}
    changes: dict[int, Change] = {}
    created: dict[Hashable, M] = {}
    updated: dict[Hashable, M] = {}
    for position, new in wanted.items():
        identity = _values(new, key)
        row = rows.get(identity)
        if row is None:
            changes[position] = "cree"
            rows[identity] = created[identity] = new
            continue
        same = _values(row, figures) == _values(new, figures)
        changes[position] = "inchange" if same else "modifie"
        if not same:
            for name in figures:
                setattr(row, name, getattr(new, name))
            if identity not in created:
                updated[identity] = row
    manager = known.model._default_manager
    manager.bulk_create(created.values(), batch_size=2000)
    manager.bulk_update(updated.values(), list(figures), batch_size=1000)
    return changes


def trace(
    act: str, changes: Mapping[int, Change], subjects: Mapping[int, Model], *, actor: User | None, source: str, on: date
) -> None:
    """Journal one act per subject that something changed of, with how many lines came or changed."""
    counts: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    by_key = {subject.pk: subject for subject in subjects.values()}
    for position, change in changes.items():
        if change != "inchange":
            counts[subjects[position].pk][change] += 1
    acts = [(by_key[pk], {"source": source, "date": on.isoformat(), **dict(counted)}) for pk, counted in counts.items()]
    audit.record_all(act, acts, actor=actor)


def merge(size: int, changes: Mapping[int, Change], refusals: Mapping[int, Refusal]) -> list[Result]:
    """Return the outcome of every line, in order."""
    return [refusals[position] if position in refusals else changes[position] for position in range(size)]


def _values(row: Model, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
