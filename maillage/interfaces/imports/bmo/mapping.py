"""From typed lines to the recruitment projects.

The survey covers France: a line of a département or a region that is not loaded is out of scope. Within what is loaded,
a bassin that no zoning has brought is a reject: import the zonings first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.interfaces.imports.nomenclature import add_unknown
from maillage.interfaces.imports.outcomes import by_group, tell, within
from maillage.references.economie.services.series import record_bmo
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.bmo.reader import LigneEnquete
    from maillage.interfaces.imports.source import Context, Outcome
    from maillage.references.economie.enums import Nomenclature


def open_mapper(context: Context) -> Callable[[Sequence[LigneEnquete]], list[Outcome]]:
    """Read once which départements and regions are loaded, then record lines by slices."""
    rows = Territoire.objects.filter(niveau__in=(Niveau.DEPARTEMENT, Niveau.REGION))
    loaded = set(rows.values_list("niveau", "code"))

    def concerns(line: LigneEnquete) -> bool:
        if line.departement:
            return (Niveau.DEPARTEMENT.value, line.departement) in loaded
        return not line.region or (Niveau.REGION.value, line.region) in loaded

    def record(nomenclature: Nomenclature, lines: Sequence[LigneEnquete]) -> list[Outcome]:
        add_unknown(context, nomenclature, {line.bmo.fap_code: line.bmo.fap_libelle for line in lines})
        done = record_bmo(
            nomenclature=nomenclature,
            lignes=[line.bmo for line in lines],
            actor=context.actor,
            on=context.on,
            source=context.provenance,
        )
        return tell(done)

    def grouped(lines: Sequence[LigneEnquete]) -> list[Outcome]:
        return by_group(lines, lambda line: line.nomenclature, record)

    return lambda lines: within(lines, concerns, grouped)
