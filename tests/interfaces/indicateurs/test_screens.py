"""The catalogue and its indicators: values, definitions, freshness, files."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from maillage.foundations.analytics import warehouse
from maillage.foundations.analytics.declarations import indicateurs
from maillage.references.structures.models import EffectifAnnuel
from tests.factories.publics import make_region, siae_in

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ").replace("&#8239;", " ")


def file(client: Client, address: str) -> list[list[str]]:
    text = client.get(f"{address}?format=csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_before_any_publication_the_page_says_what_to_do(client: Client) -> None:
    make_region()
    text = page(client, reverse("indicateurs:list"))
    assert "Les indicateurs ne sont pas encore calculés" in text
    assert f"{len(indicateurs())} indicateurs" in text
    assert "pas encore" in page(client, reverse("indicateurs:detail", args=["siae"]))


@pytest.mark.usefixtures("publie")
def test_the_catalogue_holds_every_indicator_by_territory(client: Client) -> None:
    rows = file(client, reverse("indicateurs:list"))
    assert rows[0] == ["Indicateur", "Année", "Île-de-France", "Seine-Saint-Denis (93)", "Val-d’Oise (95)", "Objectif"]
    found = {row[0]: row[1:] for row in rows[1:] if row[0].startswith(("ETP réalisés", "Part des femmes (%)"))}
    assert found == {
        "ETP réalisés": ["2025", "56,1", "30,4", "25,8", "1.1"],
        "Part des femmes (%)": ["2025", "53,2", "35,0", "68,3", "1.2"],
    }
    head = " ".join(page(client, reverse("indicateurs:list")).partition("<thead>")[2].partition("</thead>")[0].split())
    assert '>Seine-Saint-Denis <span class="mg-code-detail">93</span>' in head.replace("> Seine", ">Seine")
    text = page(client, f"{reverse('indicateurs:list')}?objectif=1.2&mots=femmes")
    assert "2 indicateurs" in text
    assert "Chiffres calculés le" in text
    assert "2024" in {
        row[1]
        for row in csv.reader(
            io.StringIO(client.get(f"{reverse('indicateurs:list')}?annee=2024&format=csv").content.decode("utf-8-sig")),
            delimiter=";",
        )
    }


@pytest.mark.usefixtures("publie")
def test_an_indicator_tells_its_formula_its_source_and_its_years(client: Client) -> None:
    address = reverse("indicateurs:detail", args=["etp_realises"])
    text = page(client, address)
    assert "somme des ETP réalisés connus" in text
    assert "SIAE, ASP ou DDETS" in text
    assert [row[:3] for row in file(client, address)][:2] == [
        ["Territoire", "2024", "2025"],
        ["Île-de-France", "55,0", "56,1"],
    ]
    assert client.get(reverse("indicateurs:detail", args=["zut"])).status_code == 404


@pytest.mark.usefixtures("publie")
def test_a_withheld_figure_is_said_and_an_unknown_one_too(client: Client) -> None:
    assert "non renseigné" in page(client, reverse("indicateurs:detail", args=["besoin_brsa"]))
    siae_in(make_region_commune(), rqth=(2, 40))
    warehouse.publish()
    text = page(client, reverse("indicateurs:detail", args=["part_rqth"]))
    assert "secret" in text
    assert "sous 5 personnes" in text


@pytest.mark.usefixtures("publie")
def test_a_sum_that_lacks_a_siae_is_said_to_be_a_minimum(client: Client) -> None:
    EffectifAnnuel.objects.filter(annee=2025, siae__nom="b").update(etp_realises=None, etp_conventionnes=None)
    warehouse.publish()
    address = reverse("indicateurs:detail", args=["etp"])
    rows = {row[0]: row[1:3] for row in file(client, address)}
    assert rows["Île-de-France"] == ["55,0", "au moins 36,0"]
    assert rows["Val-d’Oise"] == ["24,6", "25,8"]
    text = page(client, address)
    assert "Seine-Saint-Denis (au moins)" in text
    assert "celui de la source" in text


def make_region_commune() -> object:
    from maillage.references.territoires.models import Territoire
    from tests.factories.territoires import TerritoireFactory

    TerritoireFactory(niveau="departement", code="94", nom="Val-de-Marne", departement="94")
    return Territoire.objects.filter(pk=TerritoireFactory(code="94001", departement="94").pk).get()


@pytest.mark.usefixtures("publie")
def test_the_page_asks_few_queries(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    page(client, reverse("indicateurs:list"))
    with django_assert_max_num_queries(6):
        page(client, reverse("indicateurs:list"))
