"""From typed lines to the nomenclatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.outcomes import by_group, tell
from maillage.references.economie.services.nomenclatures import LigneFap, record_faps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.fap.reader import LigneTable
    from maillage.interfaces.imports.source import Context, Outcome
    from maillage.references.economie.enums import Nomenclature


def open_mapper(context: Context) -> Callable[[Sequence[LigneTable]], list[Outcome]]:
    """Record lines by slices, one nomenclature after the other."""

    def record(nomenclature: Nomenclature, lines: Sequence[LigneTable]) -> list[Outcome]:
        lignes = [LigneFap(line.code, line.libelle, line.famille) for line in lines]
        done = record_faps(
            nomenclature=nomenclature, lignes=lignes, actor=context.actor, on=context.on, source=context.provenance
        )
        return tell(done)

    return lambda lines: by_group(lines, lambda line: line.nomenclature, record)
