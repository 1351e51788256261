"""From typed lines to immersions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.entreprises.services.flux import record_immersions
from maillage.domains.parcours.services.flux_contrats import Annuaire
from maillage.interfaces.imports.flux import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.flux_pmsmp.reader import Ligne
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[Ligne]], list[Outcome]]:
    """Read once what immersions name, then record lines by slices."""
    annuaire = Annuaire.read()

    def record(lines: Sequence[Ligne]) -> list[Outcome]:
        lignes = [line.immersion for line in lines]
        return tell(
            record_immersions(
                lignes=lignes, annuaire=annuaire, actor=context.actor, on=context.on, source=context.provenance
            )
        )

    return record
