"""A figure known above reaches the communes by the rule of its public; a secret never does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from maillage.domains.diagnostics.queries.besoins import get_besoins
from maillage.domains.diagnostics.queries.publics import list_series, list_toutes_series
from maillage.domains.diagnostics.rules import LigneBesoin, nearest_year
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import QpvCommune
from maillage.references.territoires.queries.geographie import get_geographie
from tests.factories.territoires import TerritoireFactory

ON = date(2026, 11, 23)
# In the order of the geography: Fontainebleau (population unknown), Melun, Aubervilliers, Saint-Denis.
ORDRE = ("77186", "77288", "93001", "93066")
NAN = np.nan

pytestmark = pytest.mark.django_db


def record(public, *lignes, annee=2025):
    rows = [
        LigneBesoin(code, annee, None if value is None else Decimal(value), niveau=niveau)
        for niveau, code, value in lignes
    ]
    done = record_besoins(public_code=public, lignes=rows, source="essai", actor=None, on=ON)
    assert "refuse" not in done.changes


def read(region, public, annee=None):
    geographie = get_geographie(region.code)
    assert tuple(geographie.codes) == ORDRE
    return get_besoins(geographie, public, annee, list_series(region.code), on=ON)


COMMUNE, DEPARTEMENT, EPT = Niveau.COMMUNE, Niveau.DEPARTEMENT, Niveau.EPT
# How many job seekers each commune counts: the key of the publics among them.
CLE = [(COMMUNE, "93066", 300), (COMMUNE, "93001", 100), (COMMUNE, "77288", 50), (COMMUNE, "77186", 50)]


@pytest.mark.parametrize(
    ("lignes", "expected", "estimees"),
    [
        # by the series of job seekers, each département apart
        ([(DEPARTEMENT, "93", 80), (DEPARTEMENT, "77", 20)], [10, 10, 20, 60], "1111"),
        # a commune that is counted keeps its figure, and leaves the rest to the others
        ([(DEPARTEMENT, "93", 80), (COMMUNE, "93001", 30)], [NAN, NAN, 30, 50], "0001"),
        # a secret commune: nothing is spread
        ([(DEPARTEMENT, "93", 80), (COMMUNE, "93001", None)], [NAN, NAN, NAN, NAN], "0000"),
        # a secret département: nothing, and the region does not give it back
        (
            [(DEPARTEMENT, "93", None), (DEPARTEMENT, "77", 20), (Niveau.REGION, "11", 100)],
            [10, 10, NAN, NAN],
            "1100",
        ),
        # the nearest total first: the EPT, then the region for what is left
        ([(EPT, "200057867", 40), (Niveau.REGION, "11", 100)], [30, 30, 10, 30], "1111"),
        # a total under the sum of its communes contradicts them
        ([(DEPARTEMENT, "93", 10), (COMMUNE, "93001", 30)], [NAN, NAN, 30, NAN], "0000"),
        # an EPT whose code is known, and no total: nothing is invented
        ([(COMMUNE, "93001", 30)], [NAN, NAN, 30, NAN], "0000"),
    ],
)
def test_the_rule(region, lignes, expected, estimees):
    record("defm_abc", *CLE)
    record("femmes", *lignes)

    besoins = read(region, "femmes")

    np.testing.assert_allclose(besoins.valeurs, expected)
    assert "".join(str(int(flag)) for flag in besoins.estimees) == estimees
    assert besoins.estime == ("1" in estimees)


def test_the_rule_is_told_with_its_key(region):
    record("defm_abc", *CLE)
    record("femmes", (DEPARTEMENT, "93", 80), (DEPARTEMENT, "77", None))

    assert read(region, "femmes").regles == (
        "Le chiffre est donné par département\u202f: ce que les communes connues en laissent est réparti entre 2"
        " communes, en proportion de\u202f: demandeurs d’emploi, catégories A, B et C (2025).",
        "Chiffres donnés par département et non répartis\u202f: 1, car un total, ou l’une de ses communes, est couvert"
        " par le secret statistique.",
    )


def test_without_a_counted_key_the_population_of_working_age_is_one_where_it_is_known(region):
    record("femmes", (DEPARTEMENT, "93", 90), (DEPARTEMENT, "77", 30))

    besoins = read(region, "femmes")

    # Saint-Denis has twice the people of Aubervilliers; the population of Fontainebleau is unknown
    np.testing.assert_allclose(besoins.valeurs, [NAN, NAN, 30, 60])
    assert besoins.regles[1].startswith("Chiffres donnés par département et non répartis\u202f: 1, car aucune clé")


def test_a_series_that_was_itself_spread_is_no_key(region):
    record("defm_abc", (DEPARTEMENT, "93", 300))
    record("femmes", (DEPARTEMENT, "93", 90))

    assert "population en âge de travailler" in read(region, "femmes").regles[0]


def test_a_key_of_another_year_serves_the_nearest_before(region):
    record("defm_abc", *CLE, annee=2023)
    record("femmes", (DEPARTEMENT, "93", 80))

    assert "(2023)" in read(region, "femmes").regles[0]


def test_campements_are_never_spread(region):
    record("defm_abc", *CLE)
    record("campements", (DEPARTEMENT, "93", 80))

    besoins = read(region, "campements")

    assert np.isnan(besoins.valeurs).all()
    assert not besoins.estime


def test_what_is_spread_adds_up_and_costs_the_same_queries(region, django_assert_num_queries):
    record("defm_abc", *CLE)
    record("femmes", (DEPARTEMENT, "93", 77))
    geographie, series = get_geographie(region.code), list_series(region.code)

    with django_assert_num_queries(3):  # the series, its key, what composes the totals
        one = get_besoins(geographie, "femmes", None, series, on=ON)
    record("femmes", (DEPARTEMENT, "77", 33))
    with django_assert_num_queries(3):
        both = get_besoins(geographie, "femmes", None, series, on=ON)

    assert (np.nansum(one.valeurs), both.valeurs.sum()) == (pytest.approx(77), pytest.approx(110))


def quarter(region, code, *communes):
    qpv = TerritoireFactory(niveau=Niveau.QPV, code=code, nom=code, departement="93", millesime=2024)
    for commune in communes:
        QpvCommune.objects.create(qpv=qpv, commune=region.communes[commune])


def test_the_people_of_quarters_add_up_to_their_commune(region):
    quarter(region, "QN09301M", "93066")
    quarter(region, "QN09302M", "93066", "93001")
    record("qpv", (Niveau.QPV, "QN09301M", 1000), (Niveau.QPV, "QN09302M", 400))

    besoins = read(region, "qpv")

    # a commune without a quarter has none of their people: known, and no estimate
    np.testing.assert_allclose(besoins.valeurs, [0, 0, 200, 1200])
    assert besoins.estimees.tolist() == [False, False, True, True]
    assert besoins.valeurs.sum() == 1400


def test_a_quarter_withheld_or_missing_leaves_its_commune_unknown(region):
    quarter(region, "QN09301M", "93066")
    quarter(region, "QN09302M", "93001")
    record("qpv", (Niveau.QPV, "QN09301M", None))

    besoins = read(region, "qpv")

    np.testing.assert_allclose(besoins.valeurs, [0, 0, NAN, NAN])


def test_the_figures_of_a_quarter_say_nothing_of_the_rest_of_its_commune(region):
    quarter(region, "QN09301M", "93066")
    record("femmes", (Niveau.QPV, "QN09301M", 100))

    assert list_series(region.code) == {}
    assert np.isnan(read(region, "femmes").valeurs).all()


def test_series_tell_what_is_known_at_each_level(region):
    record("brsa", (COMMUNE, "93066", 300), (COMMUNE, "93001", None), (DEPARTEMENT, "93", 500))

    told = [
        (serie.public.code, serie.niveau, serie.annee, serie.connus, serie.secrets, serie.territoires, serie.part)
        for serie in list_toutes_series(region.code)
    ]

    assert told == [("brsa", "commune", 2025, 1, 1, 4, 25.0), ("brsa", "departement", 2025, 1, 0, 2, 50.0)]


@pytest.mark.parametrize(
    ("known", "asked", "found"),
    [((2025, 2023), 2025, 2025), ((2025, 2023), 2024, 2023), ((2025, 2023), 2020, 2023), ((), 2024, None)],
)
def test_nearest_year(known, asked, found):
    assert nearest_year(known, asked) == found


def test_mailles_of_the_totals_need_not_be_those_of_the_geography(region):
    record("defm_abc", *CLE)
    record("femmes", (DEPARTEMENT, "93", 80))
    geographie = get_geographie(region.code, mailles=(Maille.COMMUNE,))

    besoins = get_besoins(geographie, "femmes", None, list_series(region.code), on=ON)

    np.testing.assert_allclose(besoins.valeurs, [NAN, NAN, 20, 60])
