"""From typed lines to series of vacancies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.outcomes import tell
from maillage.references.economie.services.series import record_offres

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.offres_emploi.reader import LigneSerie
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[LigneSerie]], list[Outcome]]:
    """Record lines by slices."""

    def record(lines: Sequence[LigneSerie]) -> list[Outcome]:
        lignes = [line.offres for line in lines]
        return tell(record_offres(lignes=lignes, actor=context.actor, on=context.on, source=context.provenance))

    return record
