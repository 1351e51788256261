"""One line of a table of headcounts by sector, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values
from maillage.references.accounts.rules import check_siret
from maillage.references.structures.rules import check_type
from maillage.references.structures.services.effectifs_secteurs import LigneEffectif

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


@dataclass(frozen=True, slots=True)
class LigneTable:
    """What the line says; the sector is still a code or a label."""

    effectif: LigneEffectif

    @property
    def key(self) -> Hashable:
        """A headcount is that of a SIAE, in a sector, one year."""
        effectif = self.effectif
        return effectif.siret, effectif.type_siae, normalise(effectif.secteur), effectif.annee


def read_line(cells: Mapping[str, str]) -> LigneTable:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    annee = values.year("annee", required=True)
    effectif = LigneEffectif(
        values.checked("siret", check_siret, required=True),
        values.checked("type_siae", check_type, required=True),
        values.text("secteur", required=True, longest=120),
        annee or 0,
        values.count("femmes"),
        values.count("hommes"),
        values.amount("heures", digits=8),
    )
    values.check()
    return LigneTable(effectif)
