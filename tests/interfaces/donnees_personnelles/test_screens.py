"""The pages of this room, as a CIP sees them: axe finds nothing, they fit a phone, they work without a script."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import reverse

from maillage.references.personnes.models import DemandeDroit
from tests.factories.connus import plant_everywhere
from tests.factories.personnes import RelationFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
# Where to leave pictures, when asked for.
PICTURES = os.environ.get("CAPTURES")


def test_every_page_is_accessible_and_fits_a_phone(
    page: Page, live_server: LiveServer, client: Client, axe: Callable[[Page], None]
) -> None:
    connus = plant_everywhere()
    RelationFactory(personne=connus.personne, organisation=connus.membre.organisation, type="prescription")
    demande = DemandeDroit.objects.create(
        personne=connus.personne, droit="effacement", recue_le="2026-01-05", echeance="2026-02-05"
    )
    client.force_login(connus.compte)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    room = "donnees_personnelles"
    addresses = {
        "accueil": reverse(f"{room}:accueil"),
        "registre": reverse(f"{room}:registre"),
        "moi": reverse(f"{room}:moi"),
        "demandes": reverse(f"{room}:demandes"),
        "personne": reverse(f"{room}:personne", args=[connus.personne.public_id]),
        "demander": reverse(f"{room}:demander", args=[connus.personne.public_id]),
        "repondre": reverse(f"{room}:repondre", args=[demande.public_id]),
    }
    faults = []
    for name, address in addresses.items():
        response = page.goto(f"{live_server.url}{address}")
        assert response is not None
        assert response.status == 200, address
        try:
            axe(page)
        except AssertionError as error:
            faults.append(str(error))
        if PICTURES:
            page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)
        page.set_viewport_size(PHONE)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            faults.append(f"{address}: {width} px wide on a phone of 360")
        if PICTURES:
            page.screenshot(path=Path(PICTURES, f"{name}-360.png"))
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not faults, "\n".join(faults)
