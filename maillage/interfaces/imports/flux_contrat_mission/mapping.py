"""From typed lines to contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.services.flux_contrats import Annuaire, record_contrats
from maillage.interfaces.imports.flux import tell
from maillage.interfaces.imports.outcomes import within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.flux_contrat_mission.reader import Ligne
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[Ligne]], list[Outcome]]:
    """Read once what contracts name, then record lines by slices."""
    annuaire = Annuaire.read()

    def record(lines: Sequence[Ligne]) -> list[Outcome]:
        lignes = [line.contrat for line in lines if line.contrat]
        results = record_contrats(
            lignes=lignes, annuaire=annuaire, actor=context.actor, on=context.on, source=context.provenance
        )
        return tell(results)

    return lambda lines: within(lines, lambda line: line.contrat is not None, record)
