"""One line of the publics of a SIAE, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.offre.enums import PublicPrioritaire
from maillage.interfaces.imports.reading.values import Values
from maillage.references.accounts.rules import check_siret
from maillage.references.structures.rules import check_type

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


@dataclass(frozen=True, slots=True)
class LignePublics:
    """What the line says; a public whose cell is empty or withheld is not in `effectifs`."""

    siret: str
    type_siae: str
    annee: int
    salaries: int
    effectifs: tuple[tuple[str, int], ...]

    @property
    def key(self) -> Hashable:
        """The figures are those of a SIAE for a year."""
        return self.siret, self.type_siae, self.annee


def read_line(cells: Mapping[str, str]) -> LignePublics:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    siret = values.checked("siret", check_siret, required=True)
    type_siae = values.checked("type_siae", check_type, required=True)
    annee, salaries = values.year("annee", required=True), values.count("salaries")
    if salaries is None and not values.faults:
        values.fault("salaries", "valeur_absente", "Sans le total des salariés, une part ne se calcule pas.")
    counts = [(public.value, values.count(public.value)) for public in PublicPrioritaire]
    known = tuple((public, count) for public, count in counts if count is not None)
    if not known and not values.faults:
        values.fault("femmes", "public_absent", "La ligne ne donne aucun public.")
    values.check()
    assert annee is not None  # a missing year or total is a fault, raised just above
    assert salaries is not None
    return LignePublics(siret, type_siae, annee, salaries, known)
