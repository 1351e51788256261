"""What every reader yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Row:
    """One record: `number` is its line in the file, counted from 1 as a spreadsheet shows it.

    `defect` says in French why the record cannot be trusted; its values are kept all the same. `shared` are the places
    whose value comes from a merged cell and is not theirs alone.
    """

    number: int
    values: tuple[str, ...]
    defect: str = ""
    shared: frozenset[int] = frozenset()

    @property
    def empty(self) -> bool:
        """True when no cell holds anything."""
        return not any(self.values)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Records as they stand in the file, header not yet found. `rows()` starts from the top at each call."""

    rows: Callable[[], Iterator[Row]]
    notes: tuple[str, ...]
    title: str = ""
