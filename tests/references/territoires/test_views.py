"""The list of territories: found, filtered, sorted, exported, by anyone."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Territoire
from tests.factories.territoires import PopulationFactory, QpvCommuneFactory, TerritoireFactory

URL = "/territoires/"


def rows(client: Client, **query: str) -> list[list[str]]:
    """Return the lines of the CSV export without their heading."""
    response = client.get(URL, {**query, "format": "csv"})
    assert response.status_code == 200
    return [line.split(";") for line in response.content.decode("utf-8-sig").splitlines()[1:]]


class Links(HTMLParser):
    """Collects the addresses of the links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.usefixtures("ile_de_france")
class TestIleDeFrance:
    def test_anyone_sees_the_first_page(self, client: Client) -> None:
        response = client.get(URL)
        assert response.status_code == 200
        assert "Populations légales 2023 (Insee)." in response.content.decode()

    def test_a_search_shows_the_best_match_first(self, client: Client) -> None:
        assert rows(client, q="st denis")[0] == ["Saint-Denis", "commune", "93066", "93", "149077", "2026"]

    def test_populations_of_departements_add_up(self, client: Client) -> None:
        departements = rows(client, niveau="departement")
        assert [row[0] for row in departements] == [
            "Essonne",
            "Hauts-de-Seine",
            "Paris",
            "Seine-et-Marne",
            "Seine-Saint-Denis",
            "Val-d'Oise",
            "Val-de-Marne",
            "Yvelines",
        ]
        assert sum(int(row[4]) for row in departements) == 12_463_067

    def test_filters_and_sort(self, client: Client) -> None:
        found = rows(client, niveau="ept", departement="94", tri="-population")
        assert [(row[0], row[3]) for row in found] == [
            ("Grand-Orly Seine Bièvre", "91, 94"),
            ("Paris Est Marne et Bois", "94"),
            ("Grand Paris Sud Est Avenir", "94"),
        ]

    def test_paris_is_counted_once(self, client: Client) -> None:
        assert rows(client, niveau="ville") == [["Paris", "ville à arrondissements", "75056", "75", "2103778", "2026"]]

    def test_each_name_leads_to_its_sheet(self, client: Client) -> None:
        links = Links(client.get(URL, {"q": "plaine commune"}).content.decode()).found
        assert "/diagnostics/ept/200057867/" in links

    def test_a_level_without_sheet_has_no_link(self, client: Client) -> None:
        links = Links(client.get(URL, {"niveau": "metropole"}).content.decode()).found
        assert [link for link in links if link.startswith("/diagnostics/metropole")] == []

    def test_nothing_found(self, client: Client) -> None:
        page = client.get(URL, {"q": "xyzzy"}).content.decode()
        assert "Aucun résultat" in page
        assert URL in Links(page).found  # the way back to the whole list


@pytest.mark.django_db
def test_an_empty_region_says_what_to_do(client: Client) -> None:
    assert "load_territoires" in client.get(URL).content.decode()


@pytest.mark.django_db
def test_what_is_unknown_is_not_zero(client: Client) -> None:
    TerritoireFactory(code="93066", nom="Saint-Denis")
    QpvCommuneFactory(
        qpv=TerritoireFactory(niveau=Niveau.QPV, code="QN09301M", nom="Quartier", departement=""),
        commune=Territoire.objects.get(code="93066"),
    )
    assert rows(client) == [
        ["Quartier", "quartier prioritaire de la politique de la ville", "QN09301M", "plusieurs", "", "2026"],
        ["Saint-Denis", "commune", "93066", "93", "", "2026"],
    ]


@pytest.mark.django_db
def test_an_ensemble_counts_the_units_of_the_region_alone(client: Client) -> None:
    epci = TerritoireFactory(niveau=Niveau.EPCI, nom="À cheval", region="", departement="", code="247800550")
    for departement, region in (("78", "11"), ("28", "24")):
        unite = TerritoireFactory(departement=departement, region=region)
        Appartenance.objects.create(unite=unite, ensemble=epci, maille=Maille.INTERCOMMUNALITE)
        PopulationFactory(unite=unite, valeur=1_000)
    assert [row[:5] for row in rows(client, niveau="epci")] == [
        ["À cheval", "établissement public de coopération intercommunale", "247800550", "78", "1000"]
    ]


@pytest.mark.django_db
def test_as_many_queries_for_one_as_for_three(
    client: Client, django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None]
) -> None:
    TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="93")
    django_assert_constant_queries(TerritoireFactory.create_batch, lambda: client.get(URL))
