"""One line of the table Structure, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.parcours.rules.flux import LigneStructure
from maillage.interfaces.imports.flux import read_number
from maillage.interfaces.imports.reading.values import Values
from maillage.references.accounts.rules import check_siret

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


@dataclass(frozen=True, slots=True)
class Ligne:
    """What the line says."""

    structure: LigneStructure

    @property
    def key(self) -> Hashable:
        """A structure has one line."""
        return self.structure.identifiant


def read_line(cells: Mapping[str, str]) -> Ligne:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    identifiant = read_number(values, "structure", required=True)
    sirets = [values.checked(column, check_siret) for column in ("siret", "siret_signature")]
    if not any(cells.get(column) for column in ("siret", "siret_signature")):
        values.fault("siret", "valeur_absente", "Donnez l’un des deux SIRET.")
    values.check()
    return Ligne(LigneStructure(identifiant, tuple(dict.fromkeys(siret for siret in sirets if siret))))
