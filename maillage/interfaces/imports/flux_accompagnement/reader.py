"""One line of the table Accompagnement, typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.accompagnement import Frein
from maillage.domains.parcours.rules.flux import LigneAccompagnement, facts, plain
from maillage.foundations.kernel.errors import Refusal
from maillage.interfaces.imports.flux import read_day, read_number
from maillage.interfaces.imports.flux_accompagnement.card import COMPTES
from maillage.interfaces.imports.reading.values import Values

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Ligne:
    """What the line says."""

    accompagnement: LigneAccompagnement

    @property
    def key(self) -> Hashable:
        """An annexe has one line."""
        return self.accompagnement.annexe


def read_line(cells: Mapping[str, str]) -> Ligne:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    annexe, structure = (read_number(values, column, required=True) for column in ("annexe", "structure"))
    mesure = plain(values.text("mesure", required=True, longest=20))
    type_siae = facts()["mesures"].get(mesure, "")
    if mesure and not type_siae:
        values.fault("mesure", "mesure_inconnue", f"La mesure « {cells['mesure']} » n’est pas celle d’une SIAE.")
    debut, dernier = read_day(values, "debut", required=True), read_day(values, "fin")
    if debut and dernier and dernier < debut:
        values.fault(
            "fin", "date_impossible", f"Cette date, {dernier:%d/%m/%Y}, précède le début, le {debut:%d/%m/%Y}."
        )
    effectifs = {frein.value: found for frein in Frein if (found := _read_counts(values, frein))}
    if not effectifs:
        values.fault("concernes_langue", "effectifs_absents", "Cette ligne ne compte personne : aucun nombre.")
    values.check()
    fin = dernier + timedelta(days=1) if dernier else None
    assert debut is not None  # a missing day is a fault, raised just above
    return Ligne(LigneAccompagnement(annexe, structure, type_siae, debut, fin, effectifs, _odd(effectifs)))


def _read_counts(values: Values, frein: Frein) -> dict[str, int]:
    found = {}
    for compte in COMPTES:
        column = f"{compte}_{frein.value}"
        number = values.count(column)
        if number is not None and number > MOST:
            values.fault(column, "effectif_impossible", f"Une annexe compte au plus {MOST} salariés.")
        elif number is not None:
            found[compte] = number
    return found


def _odd(effectifs: Mapping[str, Mapping[str, int]]) -> tuple[Refusal, ...]:
    """Tell the obstacles for which more people were supported than met them."""
    return tuple(
        Refusal(
            "accompagnes_trop",
            f"{Frein(frein).label} : {supported} salariés accompagnés pour {counts['concernes']} concernés.",
            f"concernes_{frein}",
        )
        for frein, counts in effectifs.items()
        for supported in [sum(counts.get(each, 0) for each in ("internes", "externes", "deux"))]
        if "concernes" in counts and supported > counts["concernes"]
    )
