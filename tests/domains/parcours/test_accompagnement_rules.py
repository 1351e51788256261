"""Milestones, alerts, deadlines, how obstacles changed, the calendar file: tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from maillage.domains.parcours.enums.accompagnement import Alerte, EtatFrein, Frein, Jalon
from maillage.domains.parcours.rules.accompagnement import (
    Constat,
    Etape,
    Reperes,
    Seuils,
    find_alertes,
    follow_freins,
    jalon_days,
    next_deadline,
    next_jalon,
    state_on,
)
from maillage.domains.parcours.rules.agenda import Rendezvous, write_ics
from maillage.domains.parcours.rules.encadrement import Encadrement

ON = date(2026, 11, 26)
SEUILS = Seuils(contact=30, contrat=60, titre=90, jalon=15, diagnostic=30)
# Everything is in order: seen yesterday, milestones of the entry and of 3 months done.
EN_ORDRE = Reperes(
    debut=date(2026, 7, 1),
    dernier_contact=date(2026, 11, 25),
    fin_contrat=date(2027, 6, 1),
    fin_titre=date(2028, 7, 1),
    jalons_faits={"entree", "m3"},
)


def test_milestones_follow_the_entry_and_stop_at_the_end() -> None:
    assert jalon_days(date(2026, 1, 31), None, diagnostic=30) == {
        Jalon.ENTREE: date(2026, 3, 2),
        Jalon.M3: date(2026, 4, 30),
        Jalon.M6: date(2026, 7, 31),
        Jalon.M12: date(2027, 1, 31),
    }
    assert jalon_days(date(2026, 1, 31), date(2026, 7, 31), diagnostic=30) == {
        Jalon.ENTREE: date(2026, 3, 2),
        Jalon.M3: date(2026, 4, 30),
        Jalon.SORTIE: date(2026, 7, 31),
    }


@pytest.mark.parametrize(
    ("done", "on", "expected"),
    [
        ((), date(2026, 7, 10), (Jalon.ENTREE, date(2026, 7, 31))),
        ((), date(2026, 8, 10), (Jalon.ENTREE, date(2026, 7, 31))),
        # Never asked for what is moot: at 5 months, the milestone of 3 months stands for that of the entry.
        ((), ON, (Jalon.M3, date(2026, 10, 1))),
        (("entree",), date(2026, 9, 1), (Jalon.M3, date(2026, 10, 1))),
        (("entree", "m3"), ON, (Jalon.M6, date(2027, 1, 1))),
        (("m6",), ON, (Jalon.SORTIE, date(2027, 6, 1))),
        (("sortie",), ON, None),
    ],
)
def test_next_milestone(done: tuple[str, ...], on: date, expected: tuple[Jalon, date] | None) -> None:
    assert next_jalon(replace(EN_ORDRE, jalons_faits=done), diagnostic=30, on=on) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"dernier_contact": date(2026, 10, 27)}, {}),
        ({"dernier_contact": date(2026, 10, 26)}, {Alerte.CONTACT: date(2026, 11, 25)}),
        ({"dernier_contact": None}, {Alerte.CONTACT: date(2026, 7, 31)}),
        ({"fin_titre": date(2027, 2, 24)}, {Alerte.TITRE: date(2027, 2, 23)}),
        ({"fin_titre": date(2027, 2, 25)}, {}),
        ({"fin_contrat": date(2027, 1, 25)}, {Alerte.CONTRAT: date(2027, 1, 24)}),
        ({"fin_contrat": date(2027, 1, 26)}, {}),
        ({"prochaine_action": ON}, {}),
        ({"prochaine_action": date(2026, 11, 25)}, {Alerte.ACTION: date(2026, 11, 25)}),
        ({"jalons_faits": {"entree"}}, {Alerte.JALON: date(2026, 10, 1)}),
        ({"debut": date(2026, 6, 11)}, {Alerte.JALON: date(2026, 12, 11)}),
        ({"debut": date(2026, 6, 12)}, {}),
        ({"entretien_sans_suite": date(2026, 11, 20)}, {Alerte.ENTRETIEN: date(2026, 11, 20)}),
    ],
    ids=str,
)
def test_alerts(changes: dict[str, object], expected: dict[Alerte, date]) -> None:
    assert find_alertes(replace(EN_ORDRE, **changes), SEUILS, ON) == expected  # type: ignore[arg-type]


def test_the_next_deadline_is_the_nearest_of_all() -> None:
    jalon = (Jalon.M6, date(2027, 1, 1))
    assert next_deadline(EN_ORDRE, jalon) == (date(2027, 1, 1), "évaluation (6 mois)")
    with_action = replace(EN_ORDRE, prochaine_action=date(2026, 12, 1), prochain_entretien=date(2026, 12, 2))
    assert next_deadline(with_action, jalon) == (date(2026, 12, 1), "action")
    assert next_deadline(Reperes(debut=ON), None) is None


def test_obstacles_are_followed_from_state_to_state() -> None:
    constats = [
        Constat("logement", "leve", date(2026, 9, 1)),
        Constat("logement", "concerne", date(2026, 7, 1)),
        Constat("logement", "concerne", date(2026, 8, 1)),
        Constat("sante", "non", date(2026, 7, 1)),
        Constat("justice", "externe", date(2026, 7, 1)),
        Constat("justice", "inconnu", date(2026, 10, 1)),
    ]
    tomorrow = date(2026, 11, 27)
    assert follow_freins(constats, ON) == [
        Etape(Frein.LOGEMENT, EtatFrein.CONCERNE, date(2026, 7, 1), date(2026, 9, 1)),
        Etape(Frein.LOGEMENT, EtatFrein.LEVE, date(2026, 9, 1), tomorrow),
        Etape(Frein.JUSTICE, EtatFrein.EXTERNE, date(2026, 7, 1), date(2026, 10, 1)),
    ]
    states = state_on(constats, date(2026, 8, 15))
    assert (states[Frein.LOGEMENT], states[Frein.SANTE], states[Frein.MOBILITE]) == ("concerne", "non", "inconnu")


@pytest.mark.parametrize(
    ("salaries", "etp", "ratio", "situation"),
    [
        (12, {"accompagnement": "1", "encadrement": "2", "formation": "0.5"}, 12 / 3.5, "dans le repère"),
        (20, {"accompagnement": "1", "encadrement": "2", "formation": "0"}, 20 / 3, "moins de moyens que le repère"),
        (5, {"accompagnement": "1", "encadrement": "1", "formation": "0"}, 2.5, "plus de moyens que le repère"),
        (5, {"accompagnement": "1"}, None, "non renseigné"),
        (5, {"accompagnement": "0", "encadrement": "0", "formation": "0"}, None, "non renseigné"),
        (None, {"accompagnement": "1", "encadrement": "1", "formation": "1"}, None, "non renseigné"),
    ],
)
def test_means(salaries: int | None, etp: dict[str, str], ratio: float | None, situation: str) -> None:
    means = Encadrement(salaries, {key: Decimal(value) for key, value in etp.items()}, (Decimal(3), Decimal(4)))
    assert (means.par_permanent, means.situation) == (ratio, situation)


def test_a_calendar_file_escapes_and_folds() -> None:
    moment = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    titre = "Entretien, Églantine; " + "é" * 60
    content = write_ics([Rendezvous("u", moment, moment, titre, "https://exemple.fr/")], now=moment)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert f"SUMMARY:Entretien\\, Églantine\\; {'é' * 60}\r\n" in unfolded
    assert "DTSTART:20261126T090000Z" in unfolded
    assert (lines[0], lines[-2], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"")
