"""From typed lines to tensions; what is not a loaded département is out of scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.nomenclature import add_unknown
from maillage.interfaces.imports.outcomes import by_group, tell, within
from maillage.references.economie.services.series import record_tensions
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.source import Context, Outcome
    from maillage.interfaces.imports.tensions.reader import LigneFichier
    from maillage.references.economie.enums import Nomenclature


def open_mapper(context: Context) -> Callable[[Sequence[LigneFichier]], list[Outcome]]:
    """Read once which départements are loaded, then record lines by slices."""
    loaded = set(Territoire.objects.filter(niveau=Niveau.DEPARTEMENT).values_list("code", flat=True))

    def record(nomenclature: Nomenclature, lines: Sequence[LigneFichier]) -> list[Outcome]:
        add_unknown(context, nomenclature, {line.tension.fap_code: "" for line in lines})
        done = record_tensions(
            nomenclature=nomenclature,
            lignes=[line.tension for line in lines],
            actor=context.actor,
            on=context.on,
            source=context.provenance,
        )
        return tell(done)

    def concerns(line: LigneFichier) -> bool:
        return line.departemental and line.tension.departement in loaded

    def grouped(lines: Sequence[LigneFichier]) -> list[Outcome]:
        return by_group(lines, lambda line: line.nomenclature, record)

    return lambda lines: within(lines, concerns, grouped)
