"""From typed lines to the obstacles that SIAE declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.services.flux_accompagnement import record_freins
from maillage.domains.parcours.services.flux_contrats import Annuaire
from maillage.interfaces.imports.flux import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.flux_accompagnement.reader import Ligne
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[Ligne]], list[Outcome]]:
    """Read once which SIAE the numbers name, then record lines by slices."""
    annuaire = Annuaire.read()

    def record(lines: Sequence[Ligne]) -> list[Outcome]:
        lignes = [line.accompagnement for line in lines]
        return tell(
            record_freins(
                lignes=lignes, annuaire=annuaire, actor=context.actor, on=context.on, source=context.provenance
            )
        )

    return record
