"""Bring rows of a table to what a source says, writing only what differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model, QuerySet

M = TypeVar("M", bound="Model")

# Every act that writes the territories queues up behind this PostgreSQL advisory lock.
LOCK = 5132_01


def lock() -> None:
    """Wait for the other writers of the territories, until the end of the transaction; call it before any reading."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


@dataclass(slots=True)
class Bilan:
    """How many rows a synchronisation created, changed, removed and left alone."""

    crees: int = 0
    modifies: int = 0
    supprimes: int = 0
    inchanges: int = 0

    @property
    def change(self) -> bool:
        return bool(self.crees or self.modifies or self.supprimes)

    def __add__(self, other: Bilan) -> Bilan:
        return Bilan(
            self.crees + other.crees,
            self.modifies + other.modifies,
            self.supprimes + other.supprimes,
            self.inchanges + other.inchanges,
        )


@dataclass(frozen=True, slots=True)
class Synchronisation:
    """`key` identifies a row, `fields` are compared and written; `prune` removes the rows the source no longer has."""

    key: tuple[str, ...]
    fields: tuple[str, ...]
    prune: bool = False
    batch_size: int = field(default=2000)

    def run(self, existing: QuerySet[M], wanted: Iterable[M]) -> Bilan:
        """Make `existing` (the rows in the source's scope) equal to `wanted` (unsaved rows)."""
        identity, content = attrgetter(*self.key), attrgetter(*self.fields) if self.fields else (lambda row: ())
        rows = {identity(row): row for row in existing}
        new, changed, seen = [], [], set()
        for row in wanted:
            seen.add(identity(row))
            present = rows.get(identity(row))
            if present is None:
                new.append(row)
            elif content(present) != content(row):
                row.pk = present.pk
                changed.append(row)
        gone = [row.pk for key, row in rows.items() if key not in seen] if self.prune else []
        table = existing.model._default_manager
        table.filter(pk__in=gone).delete()
        table.bulk_create(new, batch_size=self.batch_size)
        if changed:
            table.bulk_update(changed, self.fields, batch_size=self.batch_size)
        return Bilan(len(new), len(changed), len(gone), len(seen) - len(new) - len(changed))
