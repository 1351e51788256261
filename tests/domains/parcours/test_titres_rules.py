"""What may be done to a right: each refusal by name, then any order of acts against the caps."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from maillage.domains.parcours.rules.jours import Periode, Titre, count
from maillage.domains.parcours.rules.titres import (
    Demandeur,
    PlafondsProlongation,
    PlafondsSuspension,
    check_lift,
    check_prolongation,
    check_suspension,
    end_of_carence,
    lift,
    motifs,
    prolong,
    suspend,
    write_numero,
)

D = date
TITRE = Titre(D(2026, 1, 5), 730, (Periode(D(2026, 3, 1), D(2026, 4, 1)),))
TODAY = D(2026, 9, 1)
PLAFONDS = PlafondsSuspension(36, 365)


@pytest.mark.parametrize(
    ("debut", "fin", "changes", "expected"),
    [
        (D(2026, 8, 1), D(2026, 10, 1), {}, []),
        (D(2026, 8, 1), D(2026, 8, 2), {}, []),
        (D(2026, 8, 1), D(2029, 8, 1), {}, []),  # 36 months to the day
        (D(2026, 8, 1), D(2029, 8, 2), {}, ["plafond"]),
        (D(2026, 8, 1), D(2026, 8, 1), {}, ["duree"]),
        (D(2026, 9, 1), D(2026, 9, 2), {}, []),
        (D(2026, 9, 2), D(2026, 9, 3), {}, ["debut_futur"]),
        (D(2026, 1, 4), D(2026, 1, 8), {}, ["hors_titre"]),
        (D(2026, 3, 31), D(2026, 4, 5), {}, ["chevauchement"]),
        (D(2026, 4, 1), D(2026, 4, 5), {}, []),
        (D(2026, 2, 1), D(2026, 5, 1), {}, ["chevauchement"]),
        (D(2026, 4, 1), D(2026, 4, 5), {"on": D(2027, 4, 1)}, []),
        (D(2026, 4, 1), D(2026, 4, 5), {"on": D(2027, 4, 2)}, ["retroactivite"]),
        (D(2026, 8, 1), D(2026, 9, 1), {"motif": "incarceration"}, ["motif_inconnu"]),
        (D(2026, 8, 1), D(2026, 9, 1), {"motif": "passerelle"}, []),
        (D(2026, 8, 1), D(2026, 9, 1), {"motif": "passerelle", "type_siae": "AI"}, ["motif_type"]),
        (D(2026, 8, 1), D(2027, 2, 1), {"plafonds": PlafondsSuspension(6, 365)}, []),
        (D(2026, 8, 1), D(2027, 2, 2), {"plafonds": PlafondsSuspension(6, 365)}, ["plafond"]),
    ],
)
def test_suspensions(debut: date, fin: date, changes: dict[str, Any], expected: list[str]) -> None:
    context = {"plafonds": PLAFONDS, "motif": "contrat_fini", "type_siae": "ACI", "on": TODAY, **changes}
    found = check_suspension(TITRE, Periode(debut, fin), context.pop("plafonds"), **context)
    assert [each.code for each in found] == expected


@pytest.mark.parametrize(
    ("fin", "on", "expected"),
    [
        (D(2026, 3, 15), D(2026, 3, 20), []),
        (D(2026, 3, 1), D(2026, 3, 20), []),  # it did not happen
        (D(2026, 4, 1), D(2026, 3, 20), ["hors_suspension"]),  # its end as it is
        (D(2026, 2, 28), D(2026, 3, 20), ["hors_suspension"]),
        (D(2026, 3, 15), D(2027, 3, 15), []),
        (D(2026, 3, 15), D(2027, 3, 16), ["retroactivite"]),
    ],
)
def test_lifts(fin: date, on: date, expected: list[str]) -> None:
    found = check_lift(TITRE, TITRE.suspensions[0], fin, PLAFONDS, on=on)
    assert [each.code for each in found] == expected


def test_a_suspension_that_made_room_for_another_is_not_lifted_before_it() -> None:
    """A right of 10 days, suspended 30 days from the 5th: 6 days are left, and a suspension begins among the last."""
    first, second = Periode(D(2026, 1, 5), D(2026, 2, 4)), Periode(D(2026, 2, 8), D(2026, 2, 20))
    titre = Titre(D(2026, 1, 1), 10, (first, second))
    assert [each.code for each in check_lift(titre, first, D(2026, 1, 10), PLAFONDS, on=D(2026, 3, 1))] == [
        "suspension_suivante"
    ]
    assert check_lift(titre, second, D(2026, 2, 10), PLAFONDS, on=D(2026, 3, 1)) == []


RQTH = PlafondsProlongation(365, 1095, None, 12, 6)
NEAR = D(2027, 6, 1)
PERSON = Demandeur("ACI", 40, True)


def prolonged(*jours: int) -> Titre:
    return Titre(D(2026, 1, 5), 730, (), jours)


@pytest.mark.parametrize(
    ("titre", "jours", "motif", "plafonds", "person", "on", "expected"),
    [
        (prolonged(), 365, "rqth", RQTH, PERSON, NEAR, []),
        (prolonged(), 366, "rqth", RQTH, PERSON, NEAR, ["plafond"]),
        (prolonged(), 0, "rqth", RQTH, PERSON, NEAR, ["plafond"]),
        (prolonged(365, 365), 365, "rqth", RQTH, PERSON, D(2029, 6, 1), []),
        (prolonged(365, 365), 366, "rqth", RQTH, PERSON, D(2029, 6, 1), ["plafond"]),
        (prolonged(365, 365, 364), 2, "rqth", RQTH, PERSON, D(2030, 6, 1), ["plafond"]),
        (prolonged(365, 365, 364), 1, "rqth", RQTH, PERSON, D(2030, 6, 1), []),
        (prolonged(365, 365, 365), 1, "rqth", RQTH, PERSON, D(2030, 6, 1), ["plafond_cumul"]),
        # The window: 12 months before the end (5 January 2028), 6 after.
        (prolonged(), 30, "rqth", RQTH, PERSON, D(2027, 1, 4), ["fenetre"]),
        (prolonged(), 30, "rqth", RQTH, PERSON, D(2027, 1, 5), []),
        (prolonged(), 30, "rqth", RQTH, PERSON, D(2028, 7, 4), []),
        (prolonged(), 30, "rqth", RQTH, PERSON, D(2028, 7, 5), ["fenetre"]),
        (prolonged(), 30, "rqth", RQTH, Demandeur("ACI", 40, None), NEAR, ["rqth"]),
        (prolonged(), 30, "senior", PlafondsProlongation(365, 1825, 50, 12, 6), PERSON, NEAR, ["age"]),
        (prolonged(), 30, "senior", PlafondsProlongation(365, 1825, 50, 12, 6), Demandeur("EI", 50, None), NEAR, []),
        (
            prolonged(),
            30,
            "senior",
            PlafondsProlongation(365, 1825, 50, 12, 6),
            Demandeur("EI", None, None),
            NEAR,
            ["age_inconnu"],
        ),
        (prolonged(), 30, "difficultes", RQTH, Demandeur("AI", 30, None), NEAR, []),
        (prolonged(), 30, "difficultes", RQTH, Demandeur("ETTI", 30, None), NEAR, ["motif_type"]),
        (
            prolonged(),
            3650,
            "senior_cdi",
            PlafondsProlongation(3650, 3650, 57, 12, 6),
            Demandeur("EI", 58, None, {"cdi_inclusion"}),
            NEAR,
            [],
        ),
        (
            prolonged(10),
            30,
            "senior_cdi",
            PlafondsProlongation(3650, 3650, 57, 12, 6),
            Demandeur("EI", 58, None, {"cddi"}, {"senior_cdi"}),
            NEAR,
            ["contrat", "une_fois"],
        ),
        (
            prolonged(365, 365, 365),
            365,
            "fin_formation",
            PlafondsProlongation(365, None, None, 12, 6),
            PERSON,
            D(2030, 6, 1),
            [],
        ),
    ],
)
def test_prolongations(
    titre: Titre,
    jours: int,
    motif: str,
    plafonds: PlafondsProlongation,
    person: Demandeur,
    on: date,
    expected: list[str],
) -> None:
    found = check_prolongation(titre, jours, motifs()[motif], plafonds, person, on=on)
    assert [each.code for each in found] == expected


def test_the_number_of_a_right_holds_twelve_digits() -> None:
    assert write_numero(1) == "999990000001"
    assert write_numero(9_999_999) == "999999999999"
    for wrong in (0, 10_000_000):
        with pytest.raises(ValueError, match="no right of rank"):
            write_numero(wrong)


def test_the_delay_between_two_rights_is_counted_to_the_day() -> None:
    assert end_of_carence(D(2024, 2, 29), 24) == D(2026, 2, 28)
    assert end_of_carence(D(2026, 1, 5), 24) == D(2028, 1, 5)


CAPS = {
    "senior_cdi": PlafondsProlongation(3650, 3650, 57, 12, 6),
    "fin_formation": PlafondsProlongation(365, None, None, 12, 6),
    "rqth": PlafondsProlongation(365, 1095, None, 12, 6),
    "senior": PlafondsProlongation(365, 1825, 50, 12, 6),
    "difficultes": PlafondsProlongation(365, 1095, None, 12, 6),
}


class Acts(RuleBasedStateMachine):
    """Suspend, lift, prolong in any order, while time goes by: no order beats the caps."""

    @initialize(debut=st.dates(D(2021, 12, 1), D(2028, 3, 1)))
    def open(self, debut: date) -> None:
        self.titre, self.on = Titre(debut, 730), debut
        self.given: list[tuple[str, int]] = []

    @rule(days=st.integers(1, 400))
    def wait(self, days: int) -> None:
        self.on += timedelta(days=days)

    @rule(back=st.integers(-5, 400), length=st.integers(0, 1200))
    def suspend(self, back: int, length: int) -> None:
        debut = self.on - timedelta(days=back)
        asked = Periode(debut, debut + timedelta(days=length))
        if not check_suspension(self.titre, asked, PLAFONDS, motif="contrat_fini", type_siae="EI", on=self.on):
            self.titre = suspend(self.titre, asked)

    @rule(which=st.integers(0, 10), kept=st.integers(-5, 1200))
    def lift(self, which: int, kept: int) -> None:
        if self.titre.suspensions:
            stopped = self.titre.suspensions[which % len(self.titre.suspensions)]
            fin = stopped.debut + timedelta(days=kept)
            if not check_lift(self.titre, stopped, fin, PLAFONDS, on=self.on):
                self.titre = lift(self.titre, stopped, fin)

    @rule(motif=st.sampled_from(sorted(CAPS)), jours=st.integers(0, 4000), near=st.booleans())
    def prolong(self, motif: str, jours: int, near: bool) -> None:
        if near:  # else almost every act falls out of the window
            self.on = max(self.on, self.titre.fin - timedelta(days=30))
            jours = jours % 366
        person = Demandeur("ACI", 60, True, {"cdi_inclusion"}, {code for code, _ in self.given})
        if not check_prolongation(self.titre, jours, motifs()[motif], CAPS[motif], person, on=self.on):
            self.titre = prolong(self.titre, jours)
            self.given.append((motif, jours))

    @invariant()
    def no_act_beats_its_cap(self) -> None:
        for each in getattr(self, "titre", Titre(D(2022, 1, 1), 730)).suspensions:
            assert 1 <= each.jours <= PLAFONDS.longest(each.debut)
        total = 0
        for motif, jours in getattr(self, "given", ()):
            total += jours
            assert 1 <= jours <= CAPS[motif].jours
            cumul = CAPS[motif].cumul
            assert cumul is None or total <= cumul
        codes = [motif for motif, _ in getattr(self, "given", ())]
        assert codes.count("senior_cdi") <= 1

    @invariant()
    def days_add_up(self) -> None:
        titre = getattr(self, "titre", None)
        if titre is None:
            return
        assert titre.holds_suspensions()
        assert not any(one.overlaps(other) for one, other in combinations(titre.suspensions, 2))
        assert all(titre.debut <= each.debut and each.fin <= titre.fin for each in titre.suspensions)
        for day in (titre.debut, self.on, titre.fin):
            compte = count(titre, day)
            assert compte.utilises + compte.restants + compte.suspendus == (titre.fin - titre.debut).days
            assert min(compte.utilises, compte.restants, compte.suspendus) >= 0


TestActs = Acts.TestCase
TestActs.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
