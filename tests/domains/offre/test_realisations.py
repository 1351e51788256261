"""Sums under secrecy, each SIAE against its objective, mixity by trade."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from maillage.domains.offre.enums import Situation
from maillage.domains.offre.queries.ecarts import Quartiles, describe_siae, list_ecarts, list_mes_siae
from maillage.domains.offre.queries.objectifs import default_annee, list_avancements, list_tendance
from maillage.domains.offre.queries.pratiques import list_pratiques
from maillage.domains.offre.queries.realisations import count_realisations
from maillage.domains.offre.queries.territoires import departements_of, settable
from maillage.domains.offre.rules.publics import Fourchette
from maillage.foundations.compute.secrecy import withhold_line
from tests.factories.accounts import UserFactory, member
from tests.factories.publics import BonnePratiqueFactory, ObjectifFactory, RealisationFactory, make_region, siae_in

pytestmark = pytest.mark.django_db

DEPARTEMENTS = {"93": "Seine-Saint-Denis", "95": "Val-d’Oise"}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([10, 20, 30], []),
        ([0, 20, 30], []),
        ([3, 20, 30], [0, 1]),  # alone, it would be found by subtraction
        ([3, 4, 30], [0, 1]),
        ([1, 2, 30], [0, 1, 2]),  # the two together are told, and are three people
        ([3], [0]),
        ([3, 0, 0], [0]),
        ([], []),
    ],
)
def test_a_line_told_with_its_total_leads_to_nobody(counts: list[int], hidden: list[int]) -> None:
    assert np.flatnonzero(withhold_line(np.array(counts, np.int64), 5)).tolist() == hidden


def test_a_line_of_counts_is_a_line() -> None:
    for wrong in (np.array([[1]]), np.array([-1])):
        with pytest.raises(ValueError, match="a line of counts"):
            withhold_line(wrong, 5)


def test_actuals_add_up_by_departement_kind_and_region() -> None:
    communes = make_region()
    siae_in(communes["93"], femmes=(20, 50))
    siae_in(communes["93"], "EI", femmes=(10, 60))
    siae_in(communes["95"], femmes=(30, 70))
    tableau = count_realisations({"femmes"}, {2025})["femmes", 2025]
    assert tableau.get("region", "11", "", 5) == Fourchette(60, 60, 180)
    assert tableau.get("departement", "93", "", 5) == Fourchette(30, 30, 110)
    assert tableau.get("region", "11", "ACI", 5) == Fourchette(50, 50, 120)
    assert tableau.get("departement", "95", "EI", 5) is None  # nothing is known: not zero
    assert tableau.get("departement", "13", "", 5) is None


def test_a_few_people_are_not_told_nor_found_again() -> None:
    communes = make_region()
    siae_in(communes["93"], femmes=(20, 50))
    siae_in(communes["93"], "EI", femmes=(3, 60))
    siae_in(communes["95"], femmes=(30, 70))
    siae_in(communes["95"], "EI", femmes=(12, 60))
    tableau = count_realisations({"femmes"}, {2025})["femmes", 2025]
    assert tableau.get("departement", "93", "EI", 5) == Fourchette(1, 4, 60)
    told = {
        (code, kind): seen.effectif
        for code in ("93", "95")
        for kind in ("ACI", "EI")
        if (seen := tableau.get("departement", code, kind, 5))
    }
    assert told == {("93", "EI"): None, ("93", "ACI"): None, ("95", "ACI"): None, ("95", "EI"): None}
    assert tableau.get("region", "11", "", 5) == Fourchette(65, 65, 240)


def test_an_objective_is_shown_with_what_is_reached_of_it() -> None:
    communes = make_region()
    siae_in(communes["93"], femmes=(30, 100))
    siae_in(communes["95"], femmes=(50, 100))
    ObjectifFactory()
    ObjectifFactory(niveau="departement", code="95", cible_part=None, cible_nombre=60)
    ObjectifFactory(annee=2026)
    later, region, val_d_oise = list_avancements()
    assert (later.annee, later.part, later.situation) == (2026, None, Situation.INCONNU)
    assert (region.territoire, region.part, region.ecart) == ("Île-de-France", 40.0, 0.0)
    assert (region.avancement, region.situation) == (100.0, Situation.ATTEINT)
    assert (val_d_oise.cible, val_d_oise.part, val_d_oise.situation) == (60, 50.0, Situation.LOIN)
    assert [each.annee for each in list_avancements(annee=2026)] == [2026]
    trend = [(each.annee, each.part, each.cible) for each in list_tendance(region.objectif)]
    assert trend == [(2025, 40.0, Decimal(40)), (2026, None, Decimal(40))]
    assert default_annee([2026, 2025]) == 2025


def test_the_objectives_take_as_many_queries_as_one(django_assert_constant_queries) -> None:  # type: ignore[no-untyped-def]
    communes, years = make_region(), iter(range(2019, 2030))

    def create(number: int) -> None:
        for _ in range(number):
            siae_in(communes["95"], femmes=(20, 50))
            ObjectifFactory(annee=next(years))

    django_assert_constant_queries(create, list_avancements)


def test_the_furthest_siae_is_told_with_what_is_asked_of_it() -> None:
    communes = make_region()
    far = siae_in(communes["95"], "EI", nom="Loin", femmes=(10, 100))
    near = siae_in(communes["95"], "EI", nom="Près", femmes=(35, 100))
    done = siae_in(communes["93"], "ACI", nom="Fait", femmes=(50, 100))
    mute = siae_in(communes["95"], "AI", nom="Muet")
    ObjectifFactory()
    ObjectifFactory(type_siae="EI", cible_part=30)
    ObjectifFactory(niveau="departement", code="95", cible_part=20)
    rows = {row.pk: row for row in list_ecarts("femmes", 2025, DEPARTEMENTS)}
    found = {row.nom: (row.part, row.cible, row.origine, row.ecart, row.situation) for row in rows.values()}
    assert found == {
        "Loin": (10.0, 30, "région, EI", 20.0, Situation.LOIN),
        "Près": (35.0, 30, "région, EI", 0.0, Situation.ATTEINT),
        "Fait": (50.0, 40, "région", 0.0, Situation.ATTEINT),
        "Muet": (None, 20, "département", None, Situation.INCONNU),
    }
    assert set(rows) == {far.pk, near.pk, done.pk, mute.pk}
    assert [row.nom for row in list_ecarts("femmes", 2025, {"93": "Seine-Saint-Denis"})] == ["Fait"]


def test_a_siae_of_few_people_is_told_as_a_range_and_hides_another() -> None:
    communes = make_region()
    siae_in(communes["95"], nom="Peu", rqth=(2, 40))
    siae_in(communes["95"], nom="Six", rqth=(6, 40))
    siae_in(communes["95"], nom="Neuf", rqth=(9, 40))
    ObjectifFactory(public="rqth", cible_part=25)
    told = {row.nom: (row.effectif, row.ecart, row.situation) for row in list_ecarts("rqth", 2025, DEPARTEMENTS)}
    assert told == {
        "Peu": (None, 15.0, Situation.LOIN),  # 4 of 40 at most
        "Six": (None, 0.0, Situation.INDETERMINE),
        "Neuf": (9, 2.5, Situation.LOIN),
    }


def test_where_a_sum_is_withheld_no_siae_of_it_is_told() -> None:
    communes = make_region()
    siae_in(communes["93"], "EI", femmes=(3, 60))
    for kind, departement in (("ACI", "93"), ("ACI", "95"), ("EI", "95")):
        for nom in ("a", "b"):
            siae_in(communes[departement], kind, nom=nom, femmes=(10, 50))
    assert {row.effectif for row in list_ecarts("femmes", 2025, DEPARTEMENTS)} == {None}


def test_the_ecarts_take_as_many_queries_as_one(django_assert_constant_queries) -> None:  # type: ignore[no-untyped-def]
    commune = make_region()["95"]
    ObjectifFactory()

    def create(number: int) -> None:
        for _ in range(number):
            siae_in(commune, femmes=(20, 50))

    django_assert_constant_queries(create, lambda: list_ecarts("femmes", 2025, DEPARTEMENTS))


def test_a_siae_sees_its_own_figures_in_full_and_the_others_without_a_name() -> None:
    commune, direction = make_region()["95"], member("siae_direction")
    own = siae_in(commune, rqth=(2, 40))
    own.organisation = direction.membre.organisation  # type: ignore[union-attr]
    own.save()
    RealisationFactory(siae=own, public="rqth", annee=2024, effectif=1, total=40)
    ObjectifFactory(public="rqth", niveau="departement", code="95", cible_part=6)
    assert list(list_mes_siae(direction)) == [own]
    assert not list_mes_siae(UserFactory()).exists()
    [rqth] = [row for row in describe_siae(own, 2025) if row.public == "rqth"]
    assert (rqth.effectif, rqth.part, rqth.precedente, rqth.cible) == (2, 5.0, 2.5, 6)
    assert (rqth.origine, rqth.ecart, rqth.situation, rqth.quartiles) == ("département", -1.0, Situation.LOIN, None)
    for number in range(7):
        siae_in(commune, rqth=(4 * number, 40))
    [rqth] = [row for row in describe_siae(own, 2025) if row.public == "rqth"]
    assert rqth.quartiles == Quartiles(8, 9, 25, 42)
    [femmes] = [row for row in describe_siae(own, 2025) if row.public == "femmes"]
    assert (femmes.part, femmes.ecart, femmes.situation) == (None, None, Situation.INCONNU)


def test_land_is_that_of_the_organisation() -> None:
    make_region()
    region, val_d_oise, siae = (
        member("etat_region", "dreets"),
        member("etat_departement", "ddets"),
        member("siae_direction"),
    )
    region.membre.organisation.competences.create(niveau="region", code="11")  # type: ignore[union-attr]
    val_d_oise.membre.organisation.competences.create(niveau="departement", code="95")  # type: ignore[union-attr]
    assert departements_of(region) == departements_of(UserFactory(exploitant=True)) == DEPARTEMENTS
    assert departements_of(val_d_oise) == {"95": "Val-d’Oise"}
    assert departements_of(siae) == {}
    assert [code for code, _ in settable(region)] == ["region:11", "departement:93", "departement:95"]
    assert settable(val_d_oise) == [("departement:95", "Val-d’Oise")]
    assert settable(siae) == []


def test_actions_of_the_same_kind_come_first_and_withdrawn_ones_do_not() -> None:
    other = BonnePratiqueFactory(type_siae="ACI", annee=2025)
    same = BonnePratiqueFactory(type_siae="EI", annee=2023)
    BonnePratiqueFactory(retiree_le="2025-01-01")
    BonnePratiqueFactory(public="rqth")
    assert list(list_pratiques(public="femmes", type_siae="EI")) == [same, other]
    assert list(list_pratiques(public="femmes")) == [other, same]
