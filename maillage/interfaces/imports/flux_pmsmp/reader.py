"""One line of the table PMSMP, typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from maillage.domains.entreprises.rules.flux import LigneImmersion, get_mots
from maillage.domains.parcours.rules.flux import facts, plain
from maillage.interfaces.imports.flux import read_boolean, read_day, read_number
from maillage.interfaces.imports.reading.values import Values
from maillage.references.accounts.rules import check_siret
from maillage.references.personnes.rules import check_nir

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from decimal import Decimal

_WEEK = 48


@dataclass(frozen=True, slots=True)
class Ligne:
    """What the line says."""

    immersion: LigneImmersion

    @property
    def key(self) -> Hashable:
        """An immersion has one line."""
        return self.immersion.reference


def read_line(cells: Mapping[str, str]) -> Ligne:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    mesure = plain(values.text("mesure", required=True, longest=20))
    type_siae = facts()["mesures"].get(mesure, "")
    if mesure and not type_siae:
        values.fault("mesure", "mesure_inconnue", f"La mesure « {cells['mesure']} » n’est pas celle d’une SIAE.")
    salarie, nir = read_number(values, "salarie"), values.checked("nir", check_nir)
    if not salarie and not values.text("nir"):
        values.fault("salarie", "salarie_absent", "Donnez le numéro du salarié, ou son NIR.")
    debut, fin, jours = _read_days(values)
    embauche = read_boolean(values, "embauche")
    immersion = LigneImmersion(
        reference=read_number(values, "identifiant", required=True),
        structure=read_number(values, "structure", required=True),
        type_siae=type_siae,
        siret=values.checked("siret", check_siret, required=True),
        objectif=_read_word(values, "objectif", "objectifs", required=True),
        debut=debut,
        fin=fin,
        jours=jours,
        salarie=salarie,
        nir=nir,
        denomination=values.text("denomination", longest=200),
        commune=_read_commune(values),
        rome=values.text("rome", longest=10).upper(),
        heures_semaine=_read_hours(values),
        embauche=embauche,
        contrat_suite=_read_word(values, "contrat_suite", "contrats") if embauche else "",
    )
    values.check()
    return Ligne(immersion)


def _read_days(values: Values) -> tuple[date, date, int]:
    """Return the first day, the first day after, and how many are of presence; any value once a fault is noted."""
    debut, dernier = read_day(values, "debut", required=True), read_day(values, "fin", required=True)
    jours = values.count("jours")
    if jours is None and not any(fault.field == "jours" for fault in values.faults):
        values.fault("jours", "valeur_absente", "La valeur est obligatoire.")
    if debut is None or dernier is None:
        return date.min, date.min, 0
    if dernier < debut:
        message = f"Cette date, {dernier:%d/%m/%Y}, précède le premier jour, le {debut:%d/%m/%Y}."
        values.fault("fin", "date_impossible", message)
    elif jours is not None and not 1 <= jours <= (length := (dernier - debut).days + 1):
        values.fault("jours", "jours_impossibles", f"{jours} jours de présence en {length} jours.")
    return debut, dernier + timedelta(days=1), jours or 0


def _read_hours(values: Values) -> Decimal | None:
    """Return the hours of a week; 0 is unknown: nobody is immersed for none."""
    hours = values.amount("heures", digits=3)
    if hours is not None and hours > _WEEK:
        values.fault("heures", "heures_impossibles", f"Une semaine compte au plus {_WEEK} heures.")
        return None
    return (round(hours, 2) or None) if hours else None


def _read_commune(values: Values) -> str:
    code = values.text("commune", longest=5).upper()
    return code.zfill(5) if code else ""


def _read_word(values: Values, column: str, table: str, *, required: bool = False) -> str:
    """Return what a word means; an unknown one is a fault."""
    text = values.text(column, required=required, longest=120)
    if not text:
        return ""
    found = get_mots()[table].get(plain(text))
    if found is None:
        what = "Cet objet d’immersion" if table == "objectifs" else "Ce contrat"
        values.fault(column, f"{column}_inconnu", f"{what}, « {text} », n’est pas connu.")
        return ""
    return found
