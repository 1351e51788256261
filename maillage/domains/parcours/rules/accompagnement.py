"""Rules of the support of a person: how actions and interviews move, milestones, alerts, how obstacles changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.accompagnement import (
    Alerte,
    EtatAction,
    EtatEntretien,
    EtatFrein,
    Frein,
    Jalon,
)
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

CLOSES = (EtatAction.FAIT, EtatAction.ABANDONNE)
# One table for objectives and actions.
ACTION = Transitions(
    (
        Transition("faire", (EtatAction.EN_COURS,), EtatAction.FAIT, "Fait"),
        Transition("abandonner", (EtatAction.EN_COURS,), EtatAction.ABANDONNE, "Abandonner"),
        Transition("reprendre", CLOSES, EtatAction.EN_COURS, "Reprendre"),
    )
)
ENTRETIEN = Transitions(
    (
        Transition("tenir", (EtatEntretien.PREVU,), EtatEntretien.TENU, "L’entretien a eu lieu"),
        Transition("manquer", (EtatEntretien.PREVU,), EtatEntretien.MANQUE, "La personne n’est pas venue"),
        Transition("annuler", (EtatEntretien.PREVU,), EtatEntretien.ANNULE, "Annuler l’entretien"),
    )
)
MOIS = {Jalon.M3: 3, Jalon.M6: 6, Jalon.M12: 12}
# What a drawing shows of an obstacle: the states where there is none are not drawn.
EN_COURS = (EtatFrein.INTERNE, EtatFrein.EXTERNE, EtatFrein.DEUX)


@dataclass(frozen=True, slots=True)
class Seuils:
    """The delays of the alerts, in days."""

    contact: int
    contrat: int
    titre: int
    jalon: int
    diagnostic: int


@dataclass(frozen=True, slots=True)
class Reperes:
    """The days that matter of one person's support; None: there is none, or it is unknown.

    `fin_contrat` and `fin_titre` are excluded, as everywhere: the last day is the one before.
    """

    debut: date
    dernier_contact: date | None = None
    prochain_entretien: date | None = None
    entretien_sans_suite: date | None = None
    fin_contrat: date | None = None
    fin_titre: date | None = None
    prochaine_action: date | None = None
    jalons_faits: Collection[str] = field(default_factory=frozenset)


def jalon_days(debut: date, fin: date | None, *, diagnostic: int) -> dict[Jalon, date]:
    """Return the day before which each milestone is due; the exit one only when an end is known.

    A milestone that falls after the end is not asked for.
    """
    days = {Jalon.ENTREE: debut + timedelta(days=diagnostic)}
    during = {jalon: add_months(debut, months) for jalon, months in MOIS.items()}
    if fin is None:
        return days | during
    return days | {jalon: day for jalon, day in during.items() if day < fin} | {Jalon.SORTIE: fin}


def next_jalon(reperes: Reperes, *, diagnostic: int, on: date) -> tuple[Jalon, date] | None:
    """Return the milestone to prepare, with its day: the last one that is past due, else the next to come.

    A milestone makes those before it moot: nobody is asked in November for the evaluation of March.
    """
    days = jalon_days(reperes.debut, reperes.fin_contrat, diagnostic=diagnostic)
    order = list(days.items())
    done = max((rank for rank, (jalon, _) in enumerate(order) if jalon in reperes.jalons_faits), default=-1)
    waiting = order[done + 1 :]
    past = [each for each in waiting if each[1] < on]
    return past[-1] if past else next(iter(waiting), None)


def find_alertes(reperes: Reperes, seuils: Seuils, on: date) -> dict[Alerte, date]:
    """Return what must not be missed about a person, each with the day it counts from or comes on."""
    found: dict[Alerte, date] = {}
    contact = (reperes.dernier_contact or reperes.debut) + timedelta(days=seuils.contact)
    if contact < on:
        found[Alerte.CONTACT] = contact
    for alerte, fin, days in (
        (Alerte.CONTRAT, reperes.fin_contrat, seuils.contrat),
        (Alerte.TITRE, reperes.fin_titre, seuils.titre),
    ):
        if fin is not None and fin <= on + timedelta(days=days):
            found[alerte] = fin - timedelta(days=1)
    if reperes.prochaine_action is not None and reperes.prochaine_action < on:
        found[Alerte.ACTION] = reperes.prochaine_action
    jalon = next_jalon(reperes, diagnostic=seuils.diagnostic, on=on)
    if jalon and jalon[1] <= on + timedelta(days=seuils.jalon):
        found[Alerte.JALON] = jalon[1]
    if reperes.entretien_sans_suite is not None:
        found[Alerte.ENTRETIEN] = reperes.entretien_sans_suite
    return found


def next_deadline(reperes: Reperes, jalon: tuple[Jalon, date] | None) -> tuple[date, str] | None:
    """Return the nearest thing to come or to catch up with, and what it is."""
    ends = ((reperes.fin_contrat, "fin du contrat"), (reperes.fin_titre, "fin du droit"))
    days: list[tuple[date | None, str]] = [
        (reperes.prochain_entretien, "entretien"),
        (reperes.prochaine_action, "action"),
        *((fin - timedelta(days=1) if fin else None, label) for fin, label in ends),
    ]
    if jalon:
        days.append((jalon[1], f"évaluation ({jalon[0].label})"))
    known = [(day, label) for day, label in days if day is not None]
    return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Constat:
    """What was stated of an obstacle on a day."""

    frein: str
    etat: str
    le: date


@dataclass(frozen=True, slots=True)
class Etape:
    """An obstacle stayed in a state from `debut` until `fin`, excluded."""

    frein: Frein
    etat: EtatFrein
    debut: date
    fin: date


def follow_freins(constats: Iterable[Constat], on: date) -> list[Etape]:
    """Return the successive states of each obstacle until a day, equal neighbours joined; none where there is none."""
    stages: list[Etape] = []
    for frein, found in _by_frein(constats).items():
        joined: list[Constat] = []
        for constat in found:
            if not joined or joined[-1].etat != constat.etat:
                joined.append(constat)
        ends = [each.le for each in joined[1:]] + [max(on, joined[-1].le) + timedelta(days=1)]
        stages += [
            Etape(frein, EtatFrein(each.etat), each.le, fin)
            for each, fin in zip(joined, ends, strict=True)
            if each.etat not in {EtatFrein.INCONNU, EtatFrein.NON}
        ]
    return stages


def state_on(constats: Iterable[Constat], day: date) -> dict[Frein, EtatFrein]:
    """Return the state of each obstacle on a day, unknown where nothing was stated by then."""
    known = {frein: [each for each in found if each.le <= day] for frein, found in _by_frein(constats).items()}
    return {frein: EtatFrein(known[frein][-1].etat) if known.get(frein) else EtatFrein.INCONNU for frein in Frein}


def _by_frein(constats: Iterable[Constat]) -> dict[Frein, Sequence[Constat]]:
    ordered = sorted(constats, key=lambda each: each.le)
    found = {frein: [each for each in ordered if each.frein == frein] for frein in Frein}
    return {frein: each for frein, each in found.items() if each}
