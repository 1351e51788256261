"""The people whom SIAE employ: one table a year, the same for every page, where nothing leads back to few of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from maillage.references.structures.models import EffectifAnnuel
from maillage.references.structures.queries.effectifs import (
    Metier,
    count_declarantes,
    draw_mixite,
    list_metiers,
    list_salaries,
    list_salaries_dits,
)
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire
from tests.factories.publics import make_region, siae_in
from tests.factories.structures import (
    EffectifFactory,
    EffectifSecteurFactory,
    GroupeSecteurFactory,
    ImplantationFactory,
    SecteurFactory,
    SiaeFactory,
)
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db


def test_trades_are_told_women_and_men_under_secrecy() -> None:
    communes = make_region()
    batiment, linge = GroupeSecteurFactory(libelle="bâtiment", ordre=1), GroupeSecteurFactory(libelle="linge", ordre=2)
    for groupe, femmes, hommes in ((batiment, 10, 90), (linge, 40, 10)):
        for code in ("93", "95"):
            siae = siae_in(communes[code])
            EffectifSecteurFactory(
                siae=siae, secteur=SecteurFactory(groupe=groupe), annee=2025, femmes=femmes, hommes=hommes
            )
    EffectifSecteurFactory(siae=SiaeFactory(), secteur=SecteurFactory(groupe=linge), annee=2025, femmes=9, hommes=None)
    rows = list_metiers(2025)
    assert rows == [
        Metier("bâtiment", 20, 180),
        Metier("linge", 80, 20),
        Metier("ensemble", 100, 200, total=True),
    ]
    assert [row.part for row in rows] == [10.0, 80.0, pytest.approx(100 / 3)]
    assert list_metiers(2025, "95")[0] == Metier("bâtiment", 10, 90)
    EffectifSecteurFactory(
        siae=siae_in(communes["93"]),
        secteur=SecteurFactory(groupe=GroupeSecteurFactory(libelle="reprise", ordre=3)),
        annee=2025,
        femmes=2,
        hommes=40,
    )
    reprise = next(row for row in list_metiers(2025) if row.libelle == "reprise")
    assert (reprise.femmes, reprise.hommes, reprise.part) == (None, None, None)
    assert list_metiers(2019) == []
    assert list_metiers(2025, "77") == []


def test_a_withheld_share_is_not_drawn_as_an_unknown_one() -> None:
    metiers = [Metier("linge", 30, 10), Metier("bâtiment", None, None), Metier("ensemble", 40, 60, total=True)]
    chart = draw_mixite(metiers, "Essai", 2025)
    assert chart is not None
    assert [(bar.label, bar.value, bar.strong) for bar in chart.bars] == [("Ensemble", 40, True), ("Linge", 75, False)]
    assert chart.description.endswith("Secrets, non dessinés\u202f: 1.")
    assert draw_mixite(metiers[1:2], "Essai", 2025) is None


def test_siae_that_told_their_trades_are_counted_once() -> None:
    communes = make_region()
    siae = siae_in(communes["93"])
    ImplantationFactory(siae=siae, commune=communes["95"], principale=False)
    for _ in range(2):
        EffectifSecteurFactory(siae=siae, secteur=SecteurFactory(), annee=2025)
    EffectifSecteurFactory(siae=siae_in(communes["95"]), secteur=SecteurFactory(), annee=2025, femmes=None)
    assert [count_declarantes(2025, code) for code in ("", "93", "95")] == [1, 1, 0]
    assert list_metiers(2025, "95") == []


def departement(code: str) -> Territoire:
    return Territoire.objects.get(niveau=Niveau.DEPARTEMENT, code=code)


def test_employees_by_kind_add_up_to_the_region_and_unknown_is_absent() -> None:
    communes = make_region()
    spread = siae_in(communes["93"], kind="ACI")
    EffectifFactory(siae=spread, departement=departement("93"), salaries=100)
    EffectifFactory(siae=spread, departement=departement("95"), salaries=20)
    EffectifFactory(siae=siae_in(communes["95"], kind="EI"), departement=departement("95"), salaries=30)
    EffectifFactory(siae=siae_in(communes["95"], kind="AI"), departement=departement("95"), salaries=None, postes=3)
    assert list_salaries(2025, "93") == {"ACI": 100, "total": 100}
    assert list_salaries(2025, "95") == {"ACI": 20, "EI": 30, "total": 50}
    assert list_salaries(2025) == {"EI": 30, "ACI": 120, "total": 150}
    assert list_salaries(2025, "77") == list_salaries(2019) == {}


def test_few_employees_are_not_found_by_subtraction() -> None:
    communes = make_region()
    for code, kind, salaries in (("93", "ACI", 40), ("93", "EI", 3), ("95", "ACI", 50), ("95", "EI", 60)):
        EffectifFactory(siae=siae_in(communes[code], kind=kind), departement=departement(code), salaries=salaries)
    tables = {code: list_salaries(2025, code) for code in ("93", "95", "")}
    assert tables["93"]["EI"] is None
    for line in (*(tables[code].values() for code in tables), *zip(*(tables[c].values() for c in tables), strict=True)):
        assert list(line).count(None) != 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_depend_on_the_siae(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    communes = make_region()
    secteur = SecteurFactory()
    for _ in range(count):
        siae = siae_in(communes["93"])
        EffectifFactory(siae=siae, departement=departement("93"), etp_realises=Decimal(2))
        EffectifSecteurFactory(siae=siae, secteur=secteur)
    assert EffectifAnnuel.objects.count() == count
    with django_assert_num_queries(1):
        list_metiers(2025)
    with django_assert_num_queries(1):
        list_salaries(2025, "93")


@pytest.mark.parametrize(
    ("lignes", "hidden"),
    [
        ([("93", "ACI", 40), ("95", "EI", 60)], set()),
        ([("93", "ACI", 3), ("95", "EI", 60)], {"93", "95"}),  # one alone would be found by subtraction
        ([("93", "ACI", 3), ("93", "ACI", 9), ("95", "EI", 60)], set()),  # twelve people
        ([("93", "EI", 3), ("95", "ACI", 15), ("94", "EI", 40)], {"93", "94"}),  # by kind, then all kinds
        ([("93", "ACI", None), ("95", "EI", 60)], {"93"}),  # nothing is known of it
    ],
)
def test_employees_of_all_kinds_are_told_where_their_table_tells_them(
    lignes: list[tuple[str, str, int | None]], hidden: set[str]
) -> None:
    codes = sorted({code for code, _, _ in lignes})
    places = {code: TerritoireFactory(niveau=Niveau.DEPARTEMENT, code=code, departement=code) for code in codes}
    for code, kind, salaries in lignes:
        EffectifFactory(siae=SiaeFactory(type_siae=kind), departement=places[code], annee=2025, salaries=salaries)
    told = {("region", "11", 2025), *(("departement", code, 2025) for code in codes if code not in hidden)}
    assert list_salaries_dits() == told
