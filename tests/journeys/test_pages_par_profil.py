"""What each profile reaches by clicking, on the demonstration region: it answers, axe finds nothing, it fits a phone.

From the menus, then from the sheet of a person and from the first thing of each list, every link of the pathways and of
the companies is followed once per kind of address. Nobody types an address here: a page without a link is not found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve, reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("region_demo")]

ROOMS = ("parcours", "entreprises", "personnes")
LEAST = 60  # kinds of pages that the profiles reach together
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
LINKS = "as => [...new Set(as.map(a => a.getAttribute('href')).filter(h => h && h.startsWith('/')))]"


def kind(address: str) -> str:
    """Return the name of the page of one of the rooms that an address leads to, "" for any other or a file."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    a_file = "." in urlsplit(address).path or "format=" in address
    return match.view_name if match.namespace in ROOMS and not a_file else ""


PROFILS = (
    *("siae_accompagnement", "siae_direction", "siae_encadrement", "prescripteur", "emploi_conseiller", "opco"),
    *("departement_referent", "etat_departement", "departement_pilotage", "emploi_direction", "entreprise"),
)


def test_what_each_profile_reaches_is_accessible_and_fits_a_phone(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    seen: set[str] = set()
    faults: list[str] = []
    for profil in PROFILS:
        page.context.clear_cookies()
        page.goto(f"{live_server.url}{reverse('accounts:login')}")
        page.get_by_label("Adresse électronique").fill(f"{profil}@maillage.example")
        page.get_by_label("Mot de passe").fill(settings.MAILLAGE_DEMO_COMPTE[1])
        page.get_by_role("main").get_by_role("button", name="Se connecter").click()
        page.wait_for_url(lambda address: reverse("accounts:login") not in address)
        found = page.eval_on_selector_all("a[href]", LINKS)
        while found:
            address = found.pop(0)
            if not (name := kind(address)) or name in seen:
                continue
            seen.add(name)
            faults += look(page, f"{live_server.url}{address}", axe)
            found += page.eval_on_selector_all("main a[href]", LINKS)
    assert not faults, "\n".join(faults)
    assert len(seen) > LEAST, sorted(seen)


def look(page: Page, address: str, axe: Callable[[Page], None]) -> list[str]:
    """Return what is wrong with a page; 409 is the page that says why an act is impossible."""
    response = page.goto(address)
    if response is None or response.status not in {200, 409}:
        return [f"{address}: {response and response.status}"]
    faults = []
    try:
        axe(page)
    except AssertionError as error:
        faults.append(str(error))
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        faults.append(f"{address}: {width} px wide on a phone of 360")
    page.set_viewport_size(DESK)
    return faults
