"""One line of the table EtatMensuelIndiv, typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from maillage.interfaces.imports.flux import read_number
from maillage.interfaces.imports.reading.values import Values

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from decimal import Decimal

# Hours of a month beyond which the figure is a mistake: what the database holds too.
MOST = 400


@dataclass(frozen=True, slots=True)
class Ligne:
    """What the line says."""

    reference: str
    mois: date
    version: int
    annexe: str
    heures: Decimal | None

    @property
    def key(self) -> Hashable:
        """A contract has one line by month, version and annexe."""
        return self.reference, self.mois, self.version, self.annexe


def read_line(cells: Mapping[str, str]) -> Ligne:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    reference = read_number(values, "contrat", required=True)
    annee, mois, version = values.year("annee", required=True), values.count("mois"), values.count("version")
    if mois is None or not 1 <= mois <= 12:
        values.fault("mois", "mois_impossible", f"« {cells.get('mois', '')} » n’est pas un mois : de 1 à 12.")
    heures = values.amount("heures", digits=5)
    if heures is not None and heures > MOST:
        values.fault("heures", "heures_impossibles", f"Un mois compte au plus {MOST} heures.")
    annexe = read_number(values, "annexe")
    values.check()
    assert annee is not None and mois is not None  # noqa: PT018 - faults raised just above
    return Ligne(reference, date(annee, mois, 1), version or 0, annexe, None if heures is None else round(heures, 2))
