"""The components: each has its example, in both themes, on a phone, without scripts, for every reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from playwright.sync_api import Browser, Page

from config.urls import urlpatterns as house
from maillage.foundations.kernel.permissions import public
from maillage.foundations.kernel.templatetags import ui
from maillage.foundations.kernel.ui import catalogue

KERNEL = Path(ui.__file__).parents[1]


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("panne d’essai")


urlpatterns = [*house, path("panne/", broken)]


def _stems(folder: str) -> set[str]:
    return {file.stem for file in (KERNEL / "templates" / folder).glob("*.html")}


def test_every_component_has_its_example_and_every_example_its_component() -> None:
    components = _stems("components/ui")
    assert _stems("kernel/composants") == components
    assert set(catalogue.TITLES) == components
    assert set(catalogue.PURPOSES) == components


@pytest.mark.django_db
def test_the_catalogue_shows_every_source(client: Client) -> None:
    response = client.get("/composants/")
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<summary>Ce qu’il faut écrire</summary>") == len(catalogue.TITLES)
    assert html.count("&lt;c-ui.badge") == 6


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, '<span class="mg-unknown">non renseigné</span>'),
        ("", '<span class="mg-unknown">non renseigné</span>'),
        (float("nan"), '<span class="mg-unknown">non renseigné</span>'),
        (0, "0"),
        (False, "non"),
        (True, "oui"),
        (1234567, "1\u202f234\u202f567"),
        (-1234, "−1\u202f234"),
        (np.int64(1234), "1\u202f234"),
        (np.float64(0.5), "0,5"),
        (Decimal("12345.60"), "12\u202f345,6"),
        (Decimal("3"), "3"),
        (0.126, "0,13"),
        (date(2026, 3, 1), "01/03/2026"),
        (datetime(2026, 3, 1, 13, 5, tzinfo=ZoneInfo("UTC")), "1er mars 2026 à 14 h 05"),
        ("<b>", "<b>"),
    ],
)
def test_values_are_written_the_french_way(value: Any, expected: str) -> None:
    assert ui.valeur_ou_inconnu(value) == expected


def test_numbers_take_the_digits_they_are_given() -> None:
    assert ui.nombre(1999.5) == "2\u202f000"
    assert ui.decimal(Decimal("1234.5"), 2) == "1\u202f234,50"
    assert ui.pourcent(0.1234) == "12,3\u202f%"
    assert ui.mois_en_lettres(date(2026, 10, 5)) == "octobre 2026"
    assert (ui.nombre(None), ui.decimal(None), ui.pourcent(None), ui.jour(None), ui.moment(None)) == (
        "non renseigné",
    ) * 5
    assert ui.jour(date(2026, 3, 1)) == "1er mars 2026"


def test_text_from_the_outside_stays_text() -> None:
    html = render_to_string("kernel/composants/table.html", {"columns": ["<i>"], "rows": [["<script>"]]})
    assert "<script>" not in html
    assert '<th scope="col">&lt;i&gt;</th>' in html


def test_columns_of_numbers_are_told_from_the_others() -> None:
    assert ui.numeric_columns([["a", 1, None, True, 2], ["b", Decimal(2), 3.5, False, "x"]]) == {1, 2}


@pytest.mark.parametrize("marque", ["neutre", "etat"])
def test_the_brand_is_a_setting(marque: str, settings: Any) -> None:
    settings.MAILLAGE_MARQUE = marque
    html = render_to_string("404.html", request=_request())
    assert ("République" in html, "neutre.css" in html) == (marque == "etat", marque == "neutre")


def _request() -> HttpRequest:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return request


@pytest.mark.urls("tests.foundations.kernel.test_components")
@pytest.mark.django_db
def test_a_failure_is_told_without_context(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/panne/")
    assert response.status_code == 500
    assert "<h1>Le service a rencontré une erreur</h1>" in response.content.decode()
    assert "panne d’essai" not in response.content.decode()


@pytest.fixture
def watched(page: Page) -> list[str]:
    """What the browser asked for and complained about."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(f"console: {message.text}") if message.type == "error" else None)
    return seen


@pytest.mark.e2e
@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_catalogue_is_accessible(page: Page, live_server: Any, axe: Callable[[Page], None], scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}/composants/")
    page.wait_for_function("document.documentElement.dataset.frTheme")
    assert page.evaluate("document.documentElement.dataset.frTheme") == scheme
    for details in page.locator("details").all():
        details.evaluate("element => element.open = true")
    axe(page)


@pytest.mark.e2e
@pytest.mark.django_db
def test_the_page_asks_nobody_else_and_breaks_no_policy(page: Page, live_server: Any, watched: list[str]) -> None:
    page.goto(f"{live_server.url}/composants/", wait_until="networkidle")
    assert [url for url in watched if not url.startswith((live_server.url, "data:"))] == []
    assert [url for url in watched if "Marianne" in url or "/favicon/" in url] == []


@pytest.mark.e2e
@pytest.mark.django_db
def test_a_phone_scrolls_only_downwards(page: Page, live_server: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/composants/")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.e2e
@pytest.mark.django_db
def test_the_theme_is_chosen_and_kept(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/composants/")
    page.get_by_role("button", name="Paramètres d’affichage").click()
    page.get_by_text("Thème sombre").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.frTheme") == "dark"


@pytest.mark.e2e
@pytest.mark.django_db
def test_without_scripts_nothing_stays_folded(browser: Browser, live_server: Any) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"{live_server.url}/composants/")
    assert page.get_by_role("navigation", name="Menu principal").is_visible()
    assert page.get_by_role("button", name="Paramètres d’affichage").count() == 0
    page.close()


@pytest.mark.e2e
@pytest.mark.django_db
def test_the_keyboard_starts_with_the_skip_links(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/composants/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


@pytest.mark.e2e
@pytest.mark.django_db
@pytest.mark.urls("tests.foundations.kernel.test_components")
@pytest.mark.parametrize("address", ["/perdue/", "/panne/"])
def test_error_pages_are_accessible(page: Page, live_server: Any, axe: Callable[[Page], None], address: str) -> None:
    page.goto(f"{live_server.url}{address}")
    axe(page)


@pytest.mark.parametrize(
    ("word", "name", "expected"),
    [
        ("de", "Aldo Pin", "d’Aldo Pin"),
        ("de", "Élodie", "d’Élodie"),
        ("de", "œuvre", "d’œuvre"),
        ("de", "Hélène", "d’Hélène"),
        ("de", "Hassan", "de Hassan"),
        ("de", "Yves", "d’Yves"),
        ("de", "Yasmine", "de Yasmine"),
        ("de", "Nadia", "de Nadia"),
        ("que", "Aldo", "qu’Aldo"),
        ("le", "Essonne", "l’Essonne"),
    ],
)
def test_short_words_are_elided_before_names(word: str, name: str, expected: str) -> None:
    assert ui.elide(word, name) == expected
