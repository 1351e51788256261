"""From typed lines to the hours of each month, the last version of which is right."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from maillage.domains.parcours.rules.flux import LigneEtat
from maillage.domains.parcours.services.flux_etats import record_etats
from maillage.interfaces.imports.flux import tell
from maillage.interfaces.imports.outcomes import within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.interfaces.imports.flux_etat_mensuel.reader import Ligne
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[Ligne]], list[Outcome]]:
    """Read the whole file once, to know the last version of each month and its hours; then record lines by slices.

    The hours of a month that stands under two annexes are added: whichever of their lines comes, they are the same, so
    that an import taken up after a cut ends alike.
    """
    last: dict[tuple[str, date], int] = {}
    hours: dict[tuple[str, date], dict[str, Decimal | None]] = defaultdict(dict)
    for line in context.lines():
        place = line.reference, line.mois
        if line.version > last.get(place, -1):
            last[place] = line.version
            hours[place] = {}
        if line.version == last[place]:
            hours[place][line.annexe] = line.heures

    def add(place: tuple[str, date]) -> Decimal | None:
        known = [each for each in hours[place].values() if each is not None]
        return sum(known[1:], known[0]) if known else None

    def record(lines: Sequence[Ligne]) -> list[Outcome]:
        lignes = [
            LigneEtat(line.reference, line.mois, add((line.reference, line.mois)), line.version) for line in lines
        ]
        return tell(record_etats(lignes=lignes, actor=context.actor, on=context.on, source=context.provenance))

    return lambda lines: within(lines, lambda line: line.version == last.get((line.reference, line.mois)), record)
