"""One line of the table ContratMission, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.domains.parcours.enums.situation import NiveauFormation, Rsa
from maillage.domains.parcours.rules.flux import LigneContrat, end_of_contract, facts, plain
from maillage.interfaces.imports.flux import read_boolean, read_day, read_number
from maillage.interfaces.imports.reading.values import Values
from maillage.references.personnes.rules import check_nir

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from datetime import date
    from decimal import Decimal

# The only measure that is no employment by a SIAE: the funds for its development.
FDI = "FDI DC"
_NIVEAUX, _RSA = frozenset(NiveauFormation.values), frozenset(Rsa.values)
_FLAGS = ("ass", "aah", "rqth", "oeth")
_WEEK = 48


@dataclass(frozen=True, slots=True)
class Ligne:
    """What the line says; `contrat` is None for a measure that employs nobody."""

    reference: str
    contrat: LigneContrat | None

    @property
    def key(self) -> Hashable:
        """A contract has one line."""
        return self.reference


def read_line(cells: Mapping[str, str]) -> Ligne:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    reference = read_number(values, "contrat", required=True)
    mesure = plain(values.text("mesure", required=True, longest=20))
    if mesure == FDI:
        values.check()
        return Ligne(reference, None)
    type_siae = facts()["mesures"].get(mesure, "")
    if mesure and not type_siae:
        values.fault("mesure", "mesure_inconnue", f"La mesure « {cells['mesure']} » n’est pas celle d’une SIAE.")
    type_contrat = _read_form(values, type_siae)
    debut, prevue, fin = _read_days(values, type_contrat)
    motif = plain(values.text("motif", longest=200))
    contrat = LigneContrat(
        reference=reference,
        salarie=read_number(values, "salarie", required=True),
        structure=read_number(values, "structure", required=True),
        type_siae=type_siae,
        type=type_contrat,
        debut=debut,  # type: ignore[arg-type]  # a missing day is a fault, raised just below
        fin_prevue=prevue,
        fin=fin,
        nir=values.checked("nir", check_nir),
        heures_semaine=_read_hours(values),
        rome=values.text("rome", longest=10).upper(),
        motif=facts()["motifs"].get(motif, "") if motif else "",
        motif_lu=motif,
        situation=_read_situation(values),
    )
    values.check()
    return Ligne(reference, contrat)


def _read_form(values: Values, type_siae: str) -> str:
    text = values.text("forme", longest=80)
    if not text:
        return str(facts()["formes_usuelles"].get(type_siae, ""))
    form = facts()["formes"].get(plain(text))
    if form is None:
        values.fault("forme", "forme_inconnue", f"La forme de contrat « {text} » n’est pas connue.")
        return ""
    return str(form)


def _read_days(values: Values, type_contrat: str) -> tuple[date | None, date | None, date | None]:
    """Return (first day, planned end, end), the last two as first days after."""
    debut = read_day(values, "debut", required=True)
    fin_contrat, sortie = read_day(values, "fin_prevue"), read_day(values, "sortie")
    for column, day in (("fin_prevue", fin_contrat), ("sortie", sortie)):
        if debut is not None and day is not None and day < debut:
            message = f"Cette date, {day:%d/%m/%Y}, précède l’embauche, le {debut:%d/%m/%Y}."
            values.fault(column, "date_impossible", message)
    if type_contrat == TypeContrat.CDI_INCLUSION:
        return debut, None, end_of_contract(None, sortie)[1]
    if type_contrat and not values.text("fin_prevue") and sortie is None:
        values.fault("fin_prevue", "fin_absente", "Seul un CDI n’a pas de date de fin.")
    prevue, fin = end_of_contract(fin_contrat, sortie)
    return debut, prevue or fin, fin


def _read_hours(values: Values) -> Decimal | None:
    """Return the hours of a week; 0 is that of a form that has none."""
    hours = values.amount("heures", digits=3)
    if hours is not None and hours > _WEEK:
        values.fault("heures", "heures_impossibles", f"Une semaine compte au plus {_WEEK} heures.")
        return None
    return round(hours, 2) if hours else None


def _read_situation(values: Values) -> dict[str, Any]:
    """Return what the line says of the person, by field of their situation."""
    found: dict[str, Any] = {name: read_boolean(values, name) for name in _FLAGS}
    rsa, niveau = values.text("rsa").upper(), values.text("niveau_formation")
    found["rsa"] = rsa if rsa in _RSA else ""
    found["niveau_formation"] = niveau if niveau in _NIVEAUX else ""
    found["duree_chomage"] = facts()["durees"].get(plain(values.text("duree_chomage")))
    return {name: value for name, value in found.items() if value not in (None, "")}
