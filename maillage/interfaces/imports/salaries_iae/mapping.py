"""From typed lines to the monthly series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.services.salaries import MoisSalaries, record_salaries
from maillage.interfaces.imports.source import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.salaries_iae.reader import LigneSalaries
    from maillage.interfaces.imports.source import Context


def open_mapper(context: Context) -> Callable[[Sequence[LigneSalaries]], list[Outcome]]:
    """Record the months by slices."""

    def record(lines: Sequence[LigneSalaries]) -> list[Outcome]:
        wanted = [MoisSalaries(line.niveau, line.code, line.nom, line.mois, line.valeur) for line in lines]
        changes = record_salaries(lignes=wanted, source=context.provenance, actor=context.actor)
        return [Outcome(change) for change in changes]

    return record
