"""From typed lines to links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.nomenclature import add_unknown
from maillage.interfaces.imports.outcomes import by_group, tell, within
from maillage.references.economie.services.nomenclatures import link_romes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.fap_rome.reader import LigneLien
    from maillage.interfaces.imports.source import Context, Outcome
    from maillage.references.economie.enums import Nomenclature


def open_mapper(context: Context) -> Callable[[Sequence[LigneLien]], list[Outcome]]:
    """Record links by slices; a trade that covers no trade of the ROME is created all the same."""

    def link(nomenclature: Nomenclature, lines: Sequence[LigneLien]) -> list[Outcome]:
        add_unknown(context, nomenclature, {line.fap: "" for line in lines})

        def record(kept: Sequence[LigneLien]) -> list[Outcome]:
            done = link_romes(
                nomenclature=nomenclature,
                liens=[(line.fap, line.rome) for line in kept],
                actor=context.actor,
                on=context.on,
                source=context.provenance,
            )
            return tell(done)

        return within(lines, lambda line: bool(line.rome), record)

    return lambda lines: by_group(lines, lambda line: line.nomenclature, link)
