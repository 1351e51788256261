"""The file of the rejected lines of a batch, made to be corrected and left again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel import tableur
from maillage.interfaces.imports.enums import EtatRejet
from maillage.interfaces.imports.reading.table import LIGNE_ORIGINE, MOTIF, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.interfaces.imports.models import Lot, Rejet


def build_rejets(lot: Lot, code: str) -> bytes:
    """Return, as csv, xlsx or ods, the lines still to correct: their columns as they came, then whence and why."""
    names = list(lot.entete)
    if place_of(LIGNE_ORIGINE, names) is not None:  # this file was itself a corrected one: its own marks give way
        names = names[: place_of(LIGNE_ORIGINE, names)]
    rejets = lot.rejets.filter(etat=EtatRejet.A_CORRIGER).order_by("ligne")
    sheet = tableur.Sheet(f"Rejets du {lot}", [*names, LIGNE_ORIGINE, MOTIF], _rows(rejets.iterator(), len(names)))
    match code:
        case "csv":
            return tableur.to_csv(sheet)
        case "xlsx":
            return tableur.to_xlsx([sheet])
        case _:
            return tableur.to_ods([sheet])


def _rows(rejets: Iterator[Rejet], width: int) -> Iterator[list[str]]:
    for rejet in rejets:
        values = [str(value) for value in rejet.valeurs[:width]]
        yield [*values, *[""] * (width - len(values)), str(rejet.ligne), rejet.message]
