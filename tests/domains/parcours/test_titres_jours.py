"""The arithmetic of days: cases counted by hand, then what holds whatever the case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domains.parcours.rules.jours import Periode, Titre, count, end_after_months, ledger, sentence
from maillage.domains.parcours.rules.titres import PlafondsSuspension, check_lift, check_suspension, lift, suspend

D = date


@pytest.mark.parametrize(
    ("titre", "fin"),
    [
        # 730 days, the first included: the last is the eve of the second birthday…
        (Titre(D(2026, 1, 5), 730), D(2028, 1, 5)),
        # … a day before it, when a 29 February falls in between (2028): 366 + 364.
        (Titre(D(2027, 3, 1), 730), D(2029, 2, 28)),
        (Titre(D(2027, 2, 28), 730), D(2029, 2, 27)),
        (Titre(D(2028, 2, 29), 730), D(2030, 2, 28)),
        # 41 days suspended: from 1 March to 10 April, both included.
        (Titre(D(2026, 1, 5), 730, (Periode(D(2026, 3, 1), D(2026, 4, 11)),)), D(2028, 2, 15)),
        # A suspension of one day gives one day.
        (Titre(D(2026, 1, 5), 730, (Periode(D(2026, 3, 1), D(2026, 3, 2)),)), D(2028, 1, 6)),
        # 730 + 41 + 365.
        (Titre(D(2026, 1, 5), 730, (Periode(D(2026, 3, 1), D(2026, 4, 11)),), (365,)), D(2029, 2, 14)),
        # A century that is no leap year.
        (Titre(D(2099, 3, 1), 730), D(2101, 3, 1)),
    ],
)
def test_the_end_of_a_right(titre: Titre, fin: date) -> None:
    assert titre.fin == fin


@pytest.mark.parametrize(
    ("debut", "mois", "jours"),
    [
        (D(2018, 11, 1), 24, 731),  # 29 February 2020
        (D(2020, 3, 1), 24, 730),
        (D(2020, 2, 29), 24, 730),  # to 28 February 2022
        (D(2026, 1, 31), 1, 28),
        (D(2026, 3, 1), 36, 1096),
    ],
)
def test_days_of_months(debut: date, mois: int, jours: int) -> None:
    assert end_after_months(debut, mois) == jours


SUSPENDED = Titre(D(2026, 1, 5), 730, (Periode(D(2026, 3, 1), D(2026, 4, 11)),), (365,))


@pytest.mark.parametrize(
    ("on", "utilises", "restants"),
    [
        (D(2025, 12, 1), 0, 1095),  # to come
        (D(2026, 1, 5), 0, 1095),  # the first morning
        (D(2026, 1, 6), 1, 1094),
        (D(2026, 3, 1), 55, 1040),  # 27 + 28: the suspension begins
        (D(2026, 4, 10), 55, 1040),  # its last day
        (D(2026, 4, 12), 56, 1039),  # a day after it
        (D(2029, 2, 13), 1094, 1),  # the last day
        (D(2029, 2, 14), 1095, 0),  # over
        (D(2035, 1, 1), 1095, 0),
    ],
)
def test_used_and_left(on: date, utilises: int, restants: int) -> None:
    compte = count(SUSPENDED, on)
    assert (compte.utilises, compte.restants, compte.suspendus, compte.total) == (utilises, restants, 41, 1136)


def test_the_account_is_told_in_one_sentence() -> None:
    told = sentence(SUSPENDED, D(2026, 4, 12)).replace("\u202f", " ")
    assert told == (
        "730 j + 41 j de suspension + 365 j de prolongation = 1 136 j ; utilisés 56 j, restants 1 039 j, "
        "suspendus 41 j."
    )
    plain = sentence(Titre(D(2026, 1, 5), 730), D(2026, 1, 5)).replace("\u202f", " ")
    assert plain == "730 j ; utilisés 0 j, restants 730 j, suspendus 0 j."


def test_the_ledger_adds_up_line_by_line() -> None:
    lines = [(each.libelle, each.jours) for each in ledger(SUSPENDED, D(2026, 4, 12), regime="PASS IAE")]
    assert lines == [
        ("PASS IAE", 730),
        ("+ suspension", 41),
        ("+ prolongation", 365),
        ("= durée totale", 1136),
        ("− jours utilisés", 56),
        ("− jours suspendus", 41),
        ("= jours restants", 1039),
    ]
    detail = next(each.detail for each in ledger(SUSPENDED, D(2026, 4, 12)) if each.libelle == "+ suspension")
    assert detail == "du 1er mars 2026 au 10 avril 2026 compris"


def test_the_ledger_tells_each_prolongation_and_until_when() -> None:
    right = Titre(D(2026, 1, 5), 730, (Periode(D(2026, 3, 1), D(2026, 4, 11)),), (30, 10))
    lines = ledger(right, D(2026, 4, 12), accords=("motif A", "motif B"))
    assert [each.detail for each in lines if each.libelle == "+ prolongation"] == [
        "motif A\u202f: jusqu’au 15 mars 2028 compris",
        "motif B\u202f: jusqu’au 25 mars 2028 compris",
    ]
    assert ledger(right, D(2026, 4, 12))[2].detail == "jusqu’au 15 mars 2028 compris"


def test_the_ledger_of_a_right_to_come_counts_from_its_first_day() -> None:
    *_, used, _, left = ledger(Titre(D(2026, 1, 12), 730), D(2026, 1, 7))
    assert (used.jours, used.detail) == (0, "avant le 12 janvier 2026")
    assert (left.jours, left.detail) == (730, "à partir du 12 janvier 2026, ce jour compris")


FAR = PlafondsSuspension(mois=36, retroactivite=36_500)
DAYS = st.dates(D(2018, 11, 1), D(2032, 12, 31))


@st.composite
def titres(draw: st.DrawFn) -> Titre:
    """Draw a right, suspended and prolonged by acts that the rules allow."""
    titre = Titre(draw(DAYS), draw(st.sampled_from((730, 731))), (), tuple(draw(st.lists(st.integers(1, 3650)))))
    for start, length in draw(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 1096)), max_size=6)):
        debut = titre.debut + timedelta(days=start)
        asked = Periode(debut, debut + timedelta(days=length))
        if not check_suspension(titre, asked, FAR, motif="contrat_fini", type_siae="ACI", on=D(2060, 1, 1)):
            titre = suspend(titre, asked)
    return titre


@given(titres(), DAYS)
def test_used_left_and_suspended_are_the_whole_span(titre: Titre, on: date) -> None:
    compte = count(titre, on)
    assert compte.utilises + compte.restants + compte.suspendus == (titre.fin - titre.debut).days
    assert compte.utilises >= 0
    assert compte.restants >= 0


@given(titres(), DAYS)
def test_the_count_is_that_of_the_days_one_by_one(titre: Titre, on: date) -> None:
    every = [titre.debut + timedelta(days=rank) for rank in range(titre.total)]
    stopped = {day for day in every if any(each.debut <= day < each.fin for each in titre.suspensions)}
    compte = count(titre, on)
    assert compte.suspendus == len(stopped)  # none beyond the end, none twice
    assert compte.utilises == sum(day < on and day not in stopped for day in every)
    assert compte.restants == sum(day >= on and day not in stopped for day in every)


@given(titres(), DAYS)
def test_a_day_uses_one_day_unless_it_is_suspended(titre: Titre, on: date) -> None:
    before, after = count(titre, on), count(titre, on + timedelta(days=1))
    counts = titre.debut <= on < titre.fin and before.courante is None
    assert before.restants - after.restants == int(counts)


@given(titres(), st.integers(0, 5), st.integers(0, 1096))
def test_a_suspension_that_ends_earlier_gives_its_days_back(titre: Titre, which: int, kept: int) -> None:
    if which >= len(titre.suspensions):
        return
    stopped = titre.suspensions[which]
    fin = stopped.debut + timedelta(days=kept)
    if check_lift(titre, stopped, fin, FAR, on=D(2040, 1, 1)):
        return
    shorter = lift(titre, stopped, fin)
    assert (titre.fin - shorter.fin).days == stopped.jours - kept
    assert shorter.holds_suspensions()
    assert count(shorter, shorter.fin).restants == 0
