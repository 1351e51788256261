"""One line of the survey, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.nomenclature import read_nomenclature
from maillage.interfaces.imports.reading.values import Values
from maillage.references.economie.enums import Nomenclature
from maillage.references.economie.rules import LigneBmo, check_fap

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

FIGURES = ("projets", "difficiles", "saisonniers")
# How the survey writes that a figure is withheld; another unreadable text is a fault.
SECRETS = frozenset({"*", "s", "secret"})


@dataclass(frozen=True, slots=True)
class LigneEnquete:
    """What the line says; `region` and `departement` tell whether it concerns the platform."""

    nomenclature: Nomenclature
    bmo: LigneBmo
    region: str
    departement: str

    @property
    def key(self) -> Hashable:
        """A figure is that of a trade, in a zone (or its part in a département), one year."""
        bmo = self.bmo
        return bmo.annee, bmo.niveau, bmo.zone_code, bmo.departement, bmo.fap_code


def read_line(cells: Mapping[str, str]) -> LigneEnquete:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    annee = values.year("annee", required=True)
    fap = values.checked("fap", check_fap, required=True)
    secrets = tuple(name for name in FIGURES if cells.get(name, "").strip().casefold() in SECRETS)
    figures = {name: None if name in secrets else values.count(name) for name in FIGURES}
    _check_parts(values, figures)
    region = _code(values.text("region", longest=2))
    departement = _code(values.text("departement", longest=3))
    bassin = values.text("bassin", longest=12)
    niveau, zone = _zone(bassin, departement, region)
    if not zone:
        values.fault("bassin", "zone_absente", "La ligne ne dit ni bassin, ni département, ni région.")
    nomenclature = read_nomenclature(values, fap, Nomenclature.FAP_2021)
    values.check()
    assert annee is not None  # a missing year is a fault, raised just above
    bmo = LigneBmo(
        fap,
        niveau,
        zone,
        annee,
        **figures,
        secrets=secrets,
        departement=departement if niveau == "bassin" else "",
        fap_libelle=" ".join(values.text("libelle", longest=200).split()),
    )
    return LigneEnquete(nomenclature, bmo, region, departement)


def _check_parts(values: Values, figures: Mapping[str, int | None]) -> None:
    projets = figures["projets"]
    for name in FIGURES[1:]:
        part = figures[name]
        if projets is not None and part is not None and part > projets:
            values.fault(name, "part_trop_grande", f"{part} dépasse les {projets} projets dont il est une partie.")


def _zone(bassin: str, departement: str, region: str) -> tuple[str, str]:
    if bassin:
        return "bassin", bassin
    return ("departement", departement) if departement else ("region", region)


def _code(text: str) -> str:
    """Return a code of two characters; the leading zero that a spreadsheet lost is put back."""
    return text.upper().zfill(2) if text else ""
