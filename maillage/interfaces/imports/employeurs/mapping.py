"""From typed lines to the employers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.outcomes import tell
from maillage.references.economie.services.employeurs import record_employeurs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.employeurs.reader import LigneListe
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[LigneListe]], list[Outcome]]:
    """Record lines by slices."""

    def record(lines: Sequence[LigneListe]) -> list[Outcome]:
        lignes = [line.employeur for line in lines]
        return tell(record_employeurs(lignes=lignes, actor=context.actor, on=context.on, source=context.provenance))

    return record
