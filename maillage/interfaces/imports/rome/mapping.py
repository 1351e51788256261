"""From typed lines to the ROME."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.outcomes import tell
from maillage.references.economie.services.nomenclatures import LigneRome, record_romes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.rome.reader import LigneTable
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[LigneTable]], list[Outcome]]:
    """Record lines by slices."""

    def record(lines: Sequence[LigneTable]) -> list[Outcome]:
        lignes = [LigneRome(line.code, line.libelle, line.parent, line.transition) for line in lines]
        return tell(record_romes(lignes=lignes, actor=context.actor, on=context.on, source=context.provenance))

    return record
