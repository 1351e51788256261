"""From typed lines to the travel times of the territories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.source import Outcome
from maillage.references.territoires.services.trajets import LigneTrajet, record_trajets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.source import Context
    from maillage.interfaces.imports.trajets.reader import LigneTrajets


def open_mapper(context: Context) -> Callable[[Sequence[LigneTrajets]], list[Outcome]]:
    """Record lines by slices; a line without a year is of the year of the import."""

    def record(lines: Sequence[LigneTrajets]) -> list[Outcome]:
        lignes = [
            LigneTrajet(line.origine, line.destination, line.minutes, line.mode, line.annee or context.on.year)
            for line in lines
        ]
        done = record_trajets(lignes=lignes, source=context.provenance, actor=context.actor, on=context.on)
        return [Outcome(result.change, result.refusals) for result in done]

    return record
