"""The draws behind the persons of the demonstration, on small arrays."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from maillage.demo.contrats import JAMAIS, Mois, cut, draw_suspensions, spread_months, work
from maillage.demo.parcours import get_facts
from maillage.demo.personnes import number
from maillage.demo.sejours import TITRE_JOURS, Cellules, Sejours, day, draw_sejours, link_suites, take
from maillage.demo.traits import draw_motifs, make_deck

TODAY = date(2026, 11, 16)
ON = number(TODAY)
KINDS = ("AI", "ACI", "EI", "ETTI")


def cellules(renfort: int = 0) -> Cellules:
    """Twelve SIAE of one département, that employ 30 to 41 persons a year, a little more each year."""
    sizes = np.arange(30, 42)
    return Cellules(
        siae=np.arange(12),
        kind=np.array(KINDS * 3),
        departement=np.full(12, "95"),
        premiere=np.array([2023] * 6 + [2025] * 6),
        effectifs={annee: sizes + annee - 2023 for annee in range(2023, 2027)},
        renforts=np.array([renfort] + [0] * 11),
    )


def sejours(renfort: int = 0) -> Sejours:
    return draw_sejours(cellules(renfort), get_facts(), 2026, ON, np.random.default_rng(1))


def test_take_keeps_the_lowest_scores_of_each_group() -> None:
    groups, scores = np.array([0, 1, 0, 1, 0]), np.array([3.0, 1.0, 1.0, 2.0, 2.0])
    assert take(groups, np.array([2, 1]), scores).tolist() == [False, True, True, False, True]


@pytest.mark.parametrize("annee", [2023, 2024, 2025])
def test_each_siae_employs_in_a_year_as_many_persons_as_it_says(annee: int) -> None:
    found, where = sejours(), cellules()
    during = (found.debut < day(annee + 1)) & (found.fin > day(annee))
    counts = np.bincount(found.cellule[during], minlength=12)
    known = where.premiere <= annee
    assert counts[known].tolist() == where.effectifs[annee][known].tolist()


def test_nobody_stays_longer_than_a_right_unless_prolonged() -> None:
    found = sejours()
    length = found.fin - found.debut
    assert length.min() >= 8
    assert length[~found.prolonge].max() <= TITRE_JOURS
    assert found.debut.max() <= ON


def test_a_siae_of_the_accounts_has_the_persons_that_it_wants_today() -> None:
    found = sejours(renfort=60)
    here = (found.cellule == 0) & (found.fin > ON)
    assert 50 <= here.sum() <= 70


def test_who_moves_goes_elsewhere_later_within_the_days_of_one_right() -> None:
    found, where = sejours(), cellules()
    link_suites(found, where, get_facts(), ON, np.random.default_rng(2))
    assert found.suivi.any()
    for person in np.flatnonzero(np.bincount(found.personne) > 1).tolist():
        stays = np.flatnonzero(found.personne == person)
        assert len(set(found.cellule[stays].tolist())) == len(stays)
        assert (found.debut[stays][1:] >= found.fin[stays][:-1]).all()
        assert set(found.debut_titre[stays].tolist()) == {found.debut[stays][0]}
        assert found.fin[stays][-1] - found.debut[stays][0] <= TITRE_JOURS


def test_contracts_follow_each_other_and_cover_the_stay() -> None:
    found = sejours()
    kinds = cellules().kind[found.cellule]
    limite = found.debut + TITRE_JOURS + np.where(found.prolonge, 365, 0)
    cdi = np.zeros(len(found), np.bool_)
    contrats = cut(found, kinds, cdi, limite, get_facts(), ON, np.random.default_rng(3))
    renewed = contrats.rang > 0
    assert (contrats.debut[renewed] == np.roll(contrats.fin, 1)[renewed]).all()
    assert (contrats.debut[~renewed] == found.debut).all()
    over = np.append(contrats.rang[1:] == 0, [True])
    ended = found.fin <= ON
    assert (contrats.fin[over][ended] == found.fin[ended]).all()
    assert (contrats.fin[over][~ended] == JAMAIS).all()
    assert (contrats.fin_prevue <= limite[contrats.sejour]).all()


def test_months_leave_suspensions_out_and_stop_with_the_contract() -> None:
    found = sejours()
    kinds = cellules().kind[found.cellule]
    rng = np.random.default_rng(4)
    facts = {**get_facts(), "sejour": {**get_facts()["sejour"], "suspendus": 0.5}}
    suspensions = draw_suspensions(found, facts, ON, rng)
    inside = suspensions.motif == "contrat_suspendu"
    assert inside.any()
    out = (np.full(len(found), JAMAIS), np.full(len(found), JAMAIS))
    out[0][suspensions.sejour[inside]] = suspensions.debut[inside]
    out[1][suspensions.sejour[inside]] = suspensions.fin[inside]
    limite = found.debut + 2 * TITRE_JOURS
    contrats = cut(found, kinds, np.zeros(len(found), np.bool_), limite, facts, ON, rng)
    mois = spread_months(contrats, kinds, out, facts, ON, rng)
    stay = contrats.sejour[mois.contrat]
    assert not ((mois.mois >= out[0][stay]) & (mois.mois < out[1][stay])).any()
    assert mois.jours.min() >= 1
    assert mois.jours.max() == 31
    assert (mois.mois < number(date(2026, 11, 1))).all()


def test_hours_add_up_to_what_is_declared_under_the_ceiling() -> None:
    mois = Mois(np.arange(4), np.zeros(4, np.int64), np.full(4, 28), np.zeros(4))
    hours = work(mois, np.array([10.0, 30.0, 35.0, 1.0]), np.array([0, 0, 1, 1]), np.array([280.0, 999.0]), 44)
    assert hours.tolist() == [104.0, 176.0, 176.0, 176.0]


def test_exits_that_count_have_the_published_shares() -> None:
    rng = np.random.default_rng(5)
    count = 1000
    moved = rng.random(count) < 0.05
    motifs = draw_motifs(np.full(count, 2025), np.ones(count, np.bool_), moved, rng.random(count), get_facts(), rng)
    parts = get_facts()["sorties"]
    neutral = np.isin(motifs, list(parts["neutralisee"]))
    assert (motifs[moved] == "autre_siae").all()
    assert np.isin(motifs, list(parts["durable"])).sum() == round(0.3 * (~neutral).sum())
    dynamic = [*parts["durable"], *parts["dynamique"]]
    assert np.isin(motifs, dynamic).sum() == round(0.7 * (~neutral).sum())


def test_a_deck_mixes_the_posts_of_a_siae() -> None:
    deck = make_deck([(7, 2, 4), (9, 1, 1)])
    assert sorted(map(tuple, deck.tolist())) == [(7, 0)] * 4 + [(7, 1)] * 2 + [(9, 0), (9, 1)]
