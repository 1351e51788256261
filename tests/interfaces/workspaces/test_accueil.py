"""The public home and the pages the law asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.factories.structures import EffectifFactory, ImplantationFactory, SiaeFactory
from tests.factories.territoires import PopulationFactory, TerritoireFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


def _text(client: Client, name: str) -> str:
    return " ".join(client.get(reverse(name)).content.decode().split())


def _open_siae(number: int) -> None:
    for _ in range(number):
        siae = SiaeFactory(type_siae="EI")
        ImplantationFactory(siae=siae, commune=TerritoireFactory())
        EffectifFactory(siae=siae, departement=TerritoireFactory(niveau="departement"), salaries=1250)


def test_an_empty_platform_says_what_to_do(client: Client) -> None:
    assert "Aucune structure n’est encore enregistrée" in _text(client, "workspaces:accueil")


def test_the_home_sets_the_strategy_beside_what_is_counted(client: Client) -> None:
    _open_siae(2)

    page = _text(client, "workspaces:accueil")

    assert "2 500" in page, "the employees of the two SIAE"
    assert "27 500" in page, "the employees that the strategy published"
    assert "2 016" not in page, "a year is not a count"


def test_the_home_asks_as_many_queries_for_one_siae_as_for_three(
    client: Client, django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None]
) -> None:
    django_assert_constant_queries(_open_siae, lambda: client.get(reverse("workspaces:accueil")))


def test_the_sources_are_read_in_the_data(client: Client) -> None:
    PopulationFactory(source="Insee, essai", annee=2023)
    _open_siae(1)

    page = _text(client, "workspaces:donnees")

    assert "Insee, essai" in page
    assert "Code officiel géographique" in page


@pytest.mark.parametrize("name", ["workspaces:mentions", "workspaces:accessibilite"])
def test_the_legal_pages_name_the_publisher(client: Client, settings: SettingsWrapper, name: str) -> None:
    settings.MAILLAGE_EDITEUR, settings.MAILLAGE_HEBERGEUR = "DRIEETS d’essai", "Hébergeur d’essai"

    page = _text(client, name)

    assert "DRIEETS d’essai" in page
    assert "À compléter" not in page


def test_the_legal_page_says_what_the_operator_left_out(client: Client) -> None:
    assert "MAILLAGE_EDITEUR" in _text(client, "workspaces:mentions")


def test_the_site_map_leads_to_every_menu(client: Client) -> None:
    page = _text(client, "workspaces:plan")

    for name in ("territoires:list", "structures:list", "diagnostics:carte", "workspaces:donnees"):
        assert f'href="{reverse(name)}"' in page
