"""The rules of rights as they stand on a day: dated parameters, read into what the pure rules ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.eligibilite import AuteurDiagnostic
from maillage.domains.parcours.enums.titre import Regime
from maillage.domains.parcours.rules.eligibilite import Seuils
from maillage.domains.parcours.rules.jours import end_after_months
from maillage.domains.parcours.rules.titres import PlafondsProlongation, PlafondsSuspension
from maillage.foundations.kernel.parameters import find_parametre, get_parametre

if TYPE_CHECKING:
    from datetime import date


def number(name: str, on: date) -> int:
    """Return a figure of the room on a day, as a whole number."""
    return int(get_parametre(f"parcours.{name}", on=on).value)


def find_number(name: str, on: date) -> int | None:
    """Return a figure of the room, None where the rule of that day knows none."""
    found = find_parametre(f"parcours.{name}", on=on)
    return None if found is None else int(found.value)


def regime_on(on: date) -> Regime:
    """Return under which regime a right given for a day is: a PASS as soon as it has a duration, an agrément before."""
    return Regime.AGREMENT if find_number("duree_pass_jours", on) is None else Regime.PASS_IAE


def duration(regime: Regime, debut: date) -> int:
    """Return how many days a right of a regime holds from a day."""
    if regime == Regime.PASS_IAE:
        return number("duree_pass_jours", debut)
    return end_after_months(debut, number("duree_agrement_mois", debut))


def seuils(type_siae: str, on: date) -> Seuils | None:
    """Return how many criteria a kind of SIAE asks for; None before the SIAE could say so themselves."""
    one = find_number("criteres_niveau_1", on)
    return None if one is None else Seuils(one, number(f"criteres_niveau_2_{type_siae.lower()}", on))


def diagnostic_days(auteur: AuteurDiagnostic, debut: date) -> int:
    """Return how many days a diagnosis holds."""
    if auteur == AuteurDiagnostic.SIAE:
        return number("diagnostic_siae_jours", debut)
    return end_after_months(debut, number("diagnostic_prescripteur_mois", debut))


def plafonds_suspension(on: date) -> PlafondsSuspension:
    """Return the caps of a suspension recorded on a day."""
    return PlafondsSuspension(number("suspension_mois", on), number("suspension_retroactivite_jours", on))


def plafonds_prolongation(motif: str, on: date) -> PlafondsProlongation:
    """Return the caps of a prolongation for a reason, asked on a day."""
    return PlafondsProlongation(
        jours=number(f"prolongation_{motif}_jours", on),
        cumul=find_number(f"prolongation_{motif}_cumul_jours", on),
        age=find_number(f"prolongation_{motif}_age", on),
        avant=number("prolongation_avant_mois", on),
        apres=number("prolongation_apres_mois", on),
    )
