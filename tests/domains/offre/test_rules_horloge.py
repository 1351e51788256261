"""The legal clocks, against cases counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.domains.offre.rules.horloge import (
    Butoir,
    Horloge,
    Suspension,
    calendar_avenant,
    check_silence,
    next_butoir,
    read_clock,
)

D = date
RUNS = Horloge(D(2026, 5, 2), 10, 0)
OVER = Horloge(D(2026, 5, 2), -1, 0)
STOPPED = Horloge(D(2026, 5, 2), 10, 3, D(2026, 4, 30))


@pytest.mark.parametrize(
    ("horloge", "day", "confirme", "refused"),
    [
        (RUNS, D(2026, 5, 2), False, []),
        (RUNS, D(2026, 5, 3), False, ["apres_silence"]),
        (RUNS, D(2026, 5, 3), True, []),
        (OVER, D(2026, 5, 3), False, ["apres_silence"]),
        (STOPPED, D(2026, 5, 3), False, []),
        (None, D(2026, 5, 3), False, []),
    ],
)
def test_a_day_after_silence_is_confirmed(
    horloge: Horloge | None, day: date, confirme: bool, refused: list[str]
) -> None:
    assert [each.code for each in check_silence(day, horloge, confirme=confirme)] == refused


@pytest.mark.parametrize(("horloge", "expected"), [(RUNS, 2), (OVER, 9), (STOPPED, 9)])
def test_a_day_is_brought_back_before_silence_while_the_clock_runs(horloge: Horloge, expected: int) -> None:
    assert horloge.cap(D(2026, 5, 9)) == D(2026, 5, expected)
    assert horloge.cap(D(2026, 5, 1)) == D(2026, 5, 1)


@pytest.mark.parametrize(
    ("depart", "suspensions", "on", "expected"),
    [
        # Two months, no suspension: deposited on 2 March, silence refuses after 2 May.
        (D(2026, 3, 2), (), D(2026, 3, 2), Horloge(D(2026, 5, 2), 61, 0)),
        (D(2026, 3, 2), (), D(2026, 5, 2), Horloge(D(2026, 5, 2), 0, 0)),
        (D(2026, 3, 2), (), D(2026, 5, 3), Horloge(D(2026, 5, 2), -1, 0)),
        # The last day of a shorter month.
        (D(2025, 12, 31), (), D(2026, 1, 1), Horloge(D(2026, 2, 28), 58, 0)),
        # Asked on the 10th, given on the 20th: ten days more.
        (
            D(2026, 3, 2),
            (Suspension(D(2026, 3, 10), D(2026, 4, 10), D(2026, 3, 20)),),
            D(2026, 3, 25),
            Horloge(D(2026, 5, 12), 48, 10),
        ),
        # While suspended, the days left do not move.
        (
            D(2026, 3, 2),
            (Suspension(D(2026, 3, 10), D(2026, 4, 10)),),
            D(2026, 3, 10),
            Horloge(D(2026, 5, 2), 53, 0, D(2026, 4, 10)),
        ),
        (
            D(2026, 3, 2),
            (Suspension(D(2026, 3, 10), D(2026, 4, 10)),),
            D(2026, 3, 30),
            Horloge(D(2026, 5, 22), 53, 20, D(2026, 4, 10)),
        ),
        # Never given: the clock runs again from the limit.
        (
            D(2026, 3, 2),
            (Suspension(D(2026, 3, 10), D(2026, 4, 10)),),
            D(2026, 4, 20),
            Horloge(D(2026, 6, 2), 43, 31),
        ),
        # Given after the limit: the days after it do not count.
        (
            D(2026, 3, 2),
            (Suspension(D(2026, 3, 10), D(2026, 4, 10), D(2026, 4, 30)),),
            D(2026, 5, 1),
            Horloge(D(2026, 6, 2), 32, 31),
        ),
        # Two requests, one day in common: it counts once.
        (
            D(2026, 3, 2),
            (
                Suspension(D(2026, 3, 10), D(2026, 4, 10), D(2026, 3, 20)),
                Suspension(D(2026, 3, 19), D(2026, 4, 19), D(2026, 3, 29)),
            ),
            D(2026, 4, 1),
            Horloge(D(2026, 5, 21), 50, 19),
        ),
    ],
)
def test_clock(depart: date, suspensions: tuple[Suspension, ...], on: date, expected: Horloge) -> None:
    assert read_clock(depart, suspensions, mois=2, on=on) == expected


@pytest.mark.parametrize(
    ("horloge", "phrase"),
    [
        (Horloge(D(2026, 5, 2), 12, 0), "12 jours avant refus implicite"),
        (Horloge(D(2026, 5, 2), 1, 0), "1 jour avant refus implicite"),
        (Horloge(D(2026, 5, 2), 0, 0), "refus implicite demain"),
        (Horloge(D(2026, 5, 2), -4, 0), "refus implicite depuis le 3 mai 2026"),
        (
            Horloge(D(2026, 5, 22), 53, 20, D(2026, 4, 10)),
            "délai suspendu, 53 jours à la reprise (le 10 avril 2026 au plus tard)",
        ),
    ],
)
def test_clock_in_words(horloge: Horloge, phrase: str) -> None:
    assert horloge.phrase == phrase


def test_the_calendar_of_avenants_ends_its_months() -> None:
    maintien, reversement = calendar_avenant(2026, mois_maintien=5, mois_reversement=9)
    assert (maintien.jour, reversement.jour) == (D(2026, 5, 31), D(2026, 9, 30))
    assert next_butoir((maintien, reversement), on=D(2026, 5, 31)) == maintien
    assert next_butoir((maintien, reversement), on=D(2026, 6, 1)) == reversement
    assert next_butoir((maintien, reversement), on=D(2026, 10, 1)) is None
    assert isinstance(maintien, Butoir)
