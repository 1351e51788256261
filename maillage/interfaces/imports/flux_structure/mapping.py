"""From typed lines to the numbers of the organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.services.flux import record_structures
from maillage.interfaces.imports.flux import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.flux_structure.reader import Ligne
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[Ligne]], list[Outcome]]:
    """Record lines by slices."""

    def record(lines: Sequence[Ligne]) -> list[Outcome]:
        lignes = [line.structure for line in lines]
        return tell(record_structures(lignes=lignes, actor=context.actor, on=context.on, source=context.provenance))

    return record
