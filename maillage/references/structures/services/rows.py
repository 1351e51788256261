"""Rows of one table changed in memory, then written in at most three queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

M = TypeVar("M", bound=Model)
UNKNOWN = ("", None)


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as the journal keeps it; `field` is empty when the whole row comes or goes."""

    table: str
    row: str
    field: str = ""
    before: str = ""
    after: str = ""


class Rows(Generic[M]):
    """The rows of a table that a batch touches, by owner (a SIRET, a SIAE) and by key inside their owner.

    Rows are first read by the caller and given to `add`; `put` and `replace` answer what they changed. An unknown value
    (empty, None) never erases a known one. `stamp` is written on every row that is created or changed.
    """

    def __init__(self, model: type[M], **stamp: Any) -> None:
        self.model = model
        self.stamp = stamp
        self.rows: defaultdict[Hashable, dict[Hashable, M]] = defaultdict(dict)
        self.created: dict[tuple[Hashable, Hashable], M] = {}
        self.updated: dict[tuple[Hashable, Hashable], M] = {}
        self.deleted: list[Any] = []
        self.fields = set(stamp)

    def add(self, rows: Iterable[tuple[Hashable, Hashable, M]]) -> None:
        """Tell which rows the table already holds."""
        for owner, key, row in rows:
            self.rows[owner][key] = row

    def put(
        self, owner: Hashable, key: Hashable, values: Mapping[str, Any], *, blanks_only: bool = False, **identity: Any
    ) -> list[Change]:
        """Create the row, or write the known values that differ (into its blanks only, with `blanks_only`)."""
        row = self.rows[owner].get(key)
        if row is None:
            row = self.rows[owner][key] = self.created[owner, key] = self.model(**identity, **values, **self.stamp)
            return [self._change(key, after="ajout")]
        changes = []
        for name, value in values.items():
            before = getattr(row, name)
            if value not in UNKNOWN and value != before and not (blanks_only and before not in UNKNOWN):
                changes.append(self._change(key, name, before, value))
                setattr(row, name, value)
        if changes and (owner, key) not in self.created:
            for name, value in self.stamp.items():
                setattr(row, name, value)
            self.fields.update(change.field for change in changes)
            self.updated[owner, key] = row
        return changes

    def replace(self, owner: Hashable, wanted: Mapping[Any, Mapping[str, Any]], **identity: Any) -> list[Change]:
        """Remove the owner's rows that are not wanted, put the others."""
        changes = []
        for key in [key for key in self.rows[owner] if key not in wanted]:
            row = self.rows[owner].pop(key)
            self.updated.pop((owner, key), None)
            if self.created.pop((owner, key), None) is None:
                self.deleted.append(row.pk)
            changes.append(self._change(key, after="retrait"))
        for key, values in wanted.items():
            changes += self.put(owner, key, values, **identity)
        return changes

    def flush(self) -> None:
        """Write: deletions, then insertions, then updates."""
        manager = self.model._default_manager
        if self.deleted:
            manager.filter(pk__in=self.deleted).delete()
        if self.created:
            manager.bulk_create(self.created.values())
        if self.updated:  # an upsert on the key takes a third of the time of `bulk_update`
            manager.bulk_create(
                self.updated.values(),
                update_conflicts=True,
                unique_fields=["pk"],
                update_fields=sorted(self.fields),
            )

    def _change(self, key: Hashable, name: str = "", before: object = None, after: object = None) -> Change:
        return Change(self.model._meta.model_name or "", _text(key), name, _text(before), _text(after))


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return " · ".join(map(_text, value))
    return "" if value is None else str(value)
