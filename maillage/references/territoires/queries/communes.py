"""What the commune codes of any file designate in the division in force."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, PassageCog, Territoire


class Unite(NamedTuple):
    """A unit, or a city made of arrondissements."""

    pk: int
    code: str
    nom: str
    departement: str
    region: str


class Lien(IntEnum):
    """How a code leads to units, the surest last."""

    VILLE = 0
    PASSAGE = 1
    DIRECT = 2


@dataclass(frozen=True, slots=True)
class Designation:
    """The units that a code designates, none when it is unknown or its region is not loaded."""

    lien: Lien
    unites: tuple[Unite, ...]


@dataclass(frozen=True, slots=True)
class Annuaire:
    """The units in force, the vanished codes and the cities made of arrondissements, by code."""

    unites: dict[str, Unite]
    villes: dict[str, Unite]
    passages: dict[str, str]
    arrondissements: dict[str, tuple[Unite, ...]]

    def find(self, code: str) -> Designation:
        """Return the units of a commune code of this or an earlier COG."""
        code = code.strip().upper().zfill(5)
        if code in self.unites:
            return Designation(Lien.DIRECT, (self.unites[code],))
        if code in self.arrondissements:
            return Designation(Lien.VILLE, self.arrondissements[code])
        successor = self.unites.get(self.passages.get(code, ""))
        return Designation(Lien.PASSAGE, (successor,) if successor else ())


def get_annuaire() -> Annuaire:
    """Read the whole directory in four queries."""
    unites = _read(Niveau.COMMUNE)
    villes = _read(Niveau.VILLE)
    groups = defaultdict(list)
    for unite, ville in Appartenance.objects.filter(maille=Maille.VILLE).values_list("unite_id", "ensemble_id"):
        if unite in unites and ville in villes:
            groups[villes[ville].code].append(unites[unite])
    return Annuaire(
        unites={unite.code: unite for unite in unites.values()},
        villes={ville.code: ville for ville in villes.values()},
        # a code may have changed twice: the newest vintage is read last and wins
        passages=dict(PassageCog.objects.order_by("millesime").values_list("ancien_code", "code")),
        arrondissements={
            code: tuple(sorted(members, key=lambda unite: unite.code)) for code, members in groups.items()
        },
    )


def _read(niveau: Niveau) -> dict[int, Unite]:
    rows = Territoire.objects.en_vigueur().filter(niveau=niveau).values_list(*Unite._fields)
    return {pk: Unite(pk, *row) for pk, *row in rows}
