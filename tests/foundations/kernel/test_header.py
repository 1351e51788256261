"""The header in a browser: as wide as the page, whatever its width and the names that it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NAME = "Association intercommunale d’accompagnement socioprofessionnel et d’insertion"


@pytest.mark.parametrize("script", [True, False])
def test_the_header_is_never_wider_than_the_page(live_server: LiveServer, browser: Browser, script: bool) -> None:
    user = UserFactory(email="camille@maillage.example")
    MembreFactory(user=user, organisation=OrganisationFactory(denomination=NAME, types=["siae"]), administrateur=True)
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{live_server.url}/compte/connexion/?next=/territoires/")
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_label("Mot de passe").fill("correct-horse-battery")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    widths = {}
    for width in (320, 360, 992, 1100, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        box = page.locator("header").bounding_box()
        nav = page.locator("#navigation .fr-nav__item").last.bounding_box()
        assert box is not None
        widths[width] = (box["width"], nav is None or nav["x"] + nav["width"] <= width)
    assert widths == {width: (width, True) for width in widths}
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.get_by_role("button", name="Se déconnecter").is_visible() is not script  # in the menu, with JavaScript
    context.close()
