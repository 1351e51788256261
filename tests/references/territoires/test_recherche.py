"""Searching a territory: what people type, and what they must see first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.foundations.kernel.errors import Refused
from maillage.references.territoires.queries.recherche import get_unite, search_territoires
from maillage.references.territoires.rules import is_code, plain_words
from tests.factories.territoires import PassageCogFactory, TerritoireFactory

FIRST = [
    # the name as it is, without accents, hyphens or capitals
    ("Saint-Denis", ["93066"]),
    ("saint denis", ["93066"]),
    ("SAINT-DENIS", ["93066"]),
    ("evry", ["91228", "77175"]),
    ("Évry", ["91228", "77175"]),
    ("l hay les roses", ["94038"]),
    ("L’Haÿ-les-Roses", ["94038"]),
    ("manœuvre", ["77526"]),
    # abbreviations
    ("st denis", ["93066"]),
    ("St-Ouen", ["93070"]),
    ("epinay s/ seine", ["93031"]),
    ("ste geneviève des bois", ["91549"]),
    # typing mistakes
    ("Sain Deni", ["93066"]),
    ("aubervillers", ["93001"]),
    ("montreuill", ["93048"]),
    ("argenteuille", ["95018"]),
    ("creteille", ["94028"]),
    ("boulogne bilancour", ["92012"]),
    # a part of the name
    ("courcouronnes", ["91228"]),
    ("grand orly", ["200058014"]),
    ("roissy", ["77390", "95527", "200055655"]),
    # other levels
    ("paris", ["75056", "75"]),
    ("paris 12", ["75112"]),
    ("plaine commune", ["200057867"]),
    ("val d'oise", ["95"]),
    ("ile de france", ["11"]),
    # yesterday's communes
    ("Pierrefitte-sur-Seine", ["93066"]),
    ("pierrefitte", ["93066"]),
    # codes
    ("93200", ["93066"]),
    ("93066", ["93066"]),
    ("93059", ["93066"]),
    (" 75012 ", ["75112"]),
    ("93", ["93"]),
    ("200057867", ["200057867"]),
    # nothing
    ("", []),
    ("  ", []),
    ("'", []),
    ("xyzzy", []),
    ("99999", []),
]


@pytest.mark.usefixtures("ile_de_france")
@pytest.mark.parametrize(("text", "codes"), FIRST)
def test_first_answers(text: str, codes: list[str]) -> None:
    found = [territoire.code for territoire in search_territoires(text)]
    assert found[: len(codes) or None] == codes


@pytest.mark.usefixtures("ile_de_france")
def test_limit_and_queries() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert len(search_territoires("saint", limit=5)) == 5
    assert len(queries) == 3


@pytest.mark.django_db
def test_the_region_of_the_deployment_comes_first() -> None:
    TerritoireFactory(code="11339", nom="Saint-Denis", region="76")
    here = TerritoireFactory(code="93066", nom="Saint-Denis", region="11")
    assert search_territoires("saint denis")[0] == here


@pytest.mark.django_db
def test_a_code_of_today_prevails_over_one_of_yesterday() -> None:
    paris = TerritoireFactory(code="75112", codes_postaux=["75012"])
    TerritoireFactory(code="92012", nom="Boulogne-Billancourt")
    PassageCogFactory(ancien_code="75012", code="92012")
    assert search_territoires("75012") == [paris]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’Haÿ-les-Roses", ["l", "hay", "les", "roses"]),
        ("  St-Ouen s/ Seine ", ["saint", "ouen", "sur", "seine"]),
        ("Œuvres", ["oeuvres"]),
        ("Ste Geneviève", ["sainte", "genevieve"]),
        ("(.*)", []),
    ],
)
def test_plain_words(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


@pytest.mark.parametrize("text", ["93066", "2a004", "93", "QN09301M", "200057867", " 75012 "])
def test_a_code(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize("text", ["Paris", "Paris 12", "9", "", "1er arrondissement"])
def test_not_a_code(text: str) -> None:
    assert not is_code(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Montigny-le-Bretonneux", "78423"),
        ("montigny le bret", "78423"),
        ("78423", "78423"),
        ("Montigny", "commune_ambigue"),
        ("Nulle part", "commune_inconnue"),
        (" ", "commune_inconnue"),
    ],
)
def test_one_commune_is_meant_or_none_is_chosen(text: str, found: str) -> None:
    TerritoireFactory(code="78423", nom="Montigny-le-Bretonneux", departement="78")
    TerritoireFactory(code="95424", nom="Montigny-lès-Cormeilles", departement="95")
    try:
        assert get_unite(text).code == found
    except Refused as refused:
        assert [each.code for each in refused.refusals] == [found]  # noqa: PT017  (one table for both ends)
