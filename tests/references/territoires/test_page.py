"""The page of territories in a browser: audited, narrow, without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from maillage.references.territoires.enums import Niveau
from tests.factories.territoires import PopulationFactory, TerritoireFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def territoires(transactional_db: None) -> None:
    TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="93", nom="Seine-Saint-Denis")
    PopulationFactory(unite=TerritoireFactory(code="93066", nom="Saint-Denis"), valeur=149_077)


@pytest.mark.usefixtures("territoires")
@pytest.mark.parametrize("query", ["", "?q=st+denis&niveau=commune", "?q=xyzzy", "?departement=99"])
@pytest.mark.parametrize("width", [360, 1280])
def test_accessible(live_server: LiveServer, page: Page, axe: Callable[[Page], None], query: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/territoires/{query}")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("territoires")
def test_search_with_the_keyboard_and_without_javascript(live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/territoires/")
    page.locator("form input[name=q]").last.focus()
    page.keyboard.type("st denis")
    page.keyboard.press("Enter")
    assert page.locator("tbody th").first.inner_text().strip() == "Saint-Denis"
    context.close()
