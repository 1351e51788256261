"""From typed lines to quartiers: those of one quartier, commune by commune, make one.

The whole file goes at once, for a quartier is recorded with all its communes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from maillage.interfaces.imports.source import Outcome
from maillage.references.territoires.services.qpv import Quartier, record_qpv

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.qpv.reader import LigneQpv
    from maillage.interfaces.imports.source import Context


def open_mapper(context: Context) -> Callable[[Sequence[LigneQpv]], list[Outcome]]:
    """Group lines by quartier and record them by vintage."""

    def record(lines: Sequence[LigneQpv]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        vintages: defaultdict[int, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for position, line in enumerate(lines):
            vintages[line.millesime][line.code].append(position)
        for millesime, groups in vintages.items():
            done = record_qpv(
                quartiers=[_quartier([lines[position] for position in group]) for group in groups.values()],
                millesime=millesime,
                source=context.provenance,
                actor=context.actor,
                on=context.on,
            )
            for group, result in zip(groups.values(), done, strict=True):
                refusals = (result.refusal,) if result.refusal else ()
                for rank, position in enumerate(group):
                    outcomes[position] = Outcome(result.change, refusals, () if rank else result.warnings)
        return [outcomes[position] for position in range(len(lines))]

    return record


def _quartier(lines: Sequence[LigneQpv]) -> Quartier:
    communes = dict.fromkeys(code for line in lines for code in line.communes)
    contour = next((line.contour for line in lines if line.contour), None)
    return Quartier(lines[0].code, lines[0].nom, tuple(communes), contour)
