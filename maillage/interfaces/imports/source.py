"""What a source of data is made of, and the register of those the platform knows.

A source lives in one folder of this app: `card.py` (what the file is), `reader.py` (values of one line → typed line),
`mapping.py` (typed lines → services of the domains), a sample of invented data and a README. Its `__init__.py` calls
`register`; nothing else has to be touched.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import normalise

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User

Change = Literal["cree", "modifie", "inchange", "hors_champ"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column the source expects. `aliases` are the names it is known to bear elsewhere.

    A `count`, of people or posts, is that of one line: standing in a cell merged over several, it is nobody's.
    """

    code: str
    label: str
    description: str
    example: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    count: bool = False
    long: bool = False  # a geometry, a text: not shown in tables nor offered for correction

    @property
    def names(self) -> tuple[str, ...]:
        """The names it is recognised by besides its label, each once."""
        known = {normalise(name): name for name in (*reversed(self.aliases), self.code)}
        known.pop(normalise(self.label), None)
        return tuple(reversed(known.values()))


@dataclass(frozen=True, slots=True)
class Card:
    """The identity card of a source, shown as it is on screen and in `docs/guides/imports.md`.

    `one_of`: at least one of these columns must be there, besides the required ones.
    """

    code: str
    label: str
    description: str
    producer: str
    licence: str
    rhythm: str
    formats: tuple[str, ...]
    columns: tuple[Column, ...]
    key: str
    one_of: tuple[str, ...] = ()

    def need(self, column: Column) -> str:
        """Return whether a column must be there, as the card says it."""
        return "oui" if column.required else "l’une d’elles" if column.code in self.one_of else "non"

    def keep(self, positions: Mapping[str, int]) -> dict[str, int]:
        """Return, of positions noted earlier, those of the columns that the card still has."""
        return {column.code: positions[column.code] for column in self.columns if column.code in positions}

    def missing(self, positions: Mapping[str, int]) -> tuple[Column, ...]:
        """Return the columns without which the file cannot be imported and that `positions` lacks."""
        missing = tuple(column for column in self.columns if column.required and column.code not in positions)
        if self.one_of and not any(code in positions for code in self.one_of):
            missing += tuple(column for column in self.columns if column.code in self.one_of)
        return missing


class Line(Protocol):
    """A typed line: what identifies it in its file and in the base."""

    @property
    def key(self) -> Hashable: ...


L = TypeVar("L", bound=Line)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line: a change, or reasons for a refusal; warnings in both cases.

    `hors_champ` is a right line that does not concern this platform, another region's in a national file: it is
    counted, and neither written nor rejected.
    """

    change: Change | None
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """On whose behalf, on which day and from which provenance the lines are written.

    `lines()` yields every typed line of the file anew, for the few sources where one line changes the meaning of
    another; of two lines with the same key, the later one is right.
    """

    actor: User | None
    on: date
    provenance: str
    lines: Callable[[], Iterator[Any]]


Mapper = Callable[[Sequence[Any]], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Source(Generic[L]):
    """A source: its card, its pure reader, and `open`, which prepares a mapper for one pass over the lines.

    `read` raises `Refused` with every fault of the line at once. The mapper writes through services and returns one
    outcome per line, in order. `whole`: the lines only make sense together, they go in one slice. `slice` is how many
    lines go in one transaction when it is not the usual number: a source that writes by sets takes more.
    """

    card: Card
    read: Callable[[Mapping[str, str]], L]
    open: Callable[[Context], Callable[[Sequence[L]], list[Outcome]]]
    folder: Path
    whole: bool = False
    slice: int | None = None

    @property
    def sample(self) -> Path:
        """The sample file, of invented data, that shows the expected columns."""
        return next(self.folder.glob("exemple.*"))


_SOURCES: dict[str, Source[Any]] = {}


def register(source: Source[Any]) -> None:
    """Make a source known; two sources never share a code."""
    if _SOURCES.setdefault(source.card.code, source) is not source:
        raise ValueError(f"source {source.card.code} is registered twice")


def discover() -> None:
    """Import every folder of this app that holds a card, so that it registers itself."""
    here = Path(__file__).parent
    for module in pkgutil.iter_modules([str(here)]):
        if module.ispkg and (here / module.name / "card.py").exists():
            importlib.import_module(f"{__package__}.{module.name}")


def list_sources() -> list[Source[Any]]:
    """Return the known sources in the order of their labels."""
    return sorted(_SOURCES.values(), key=lambda source: source.card.label)


def get_source(code: str) -> Source[Any]:
    """Return a source by its code; raise `Refused` with the known codes when there is none."""
    if code not in _SOURCES:
        known = ", ".join(sorted(_SOURCES))
        raise Refused(
            Refusal("source_inconnue", f"La source « {code} » n’existe pas. Sources connues : {known}.", "source")
        )
    return _SOURCES[code]
