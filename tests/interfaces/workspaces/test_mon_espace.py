"""The home of each profile, and the choice of the organisation in whose name one acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.notifications import notify
from maillage.foundations.kernel.permissions import Role
from maillage.interfaces.workspaces.profils import PROFILS
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.middleware import ORGANISATION
from maillage.references.accounts.models import Membre, User
from maillage.references.accounts.rules import LECTEURS_DE_PERSONNES, types_organisation
from maillage.references.accounts.services.membres import change_membre
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory, member
from tests.factories.imports import LotFactory, RejetFactory
from tests.factories.personnes import RelationFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db

Constant = Callable[[Callable[[int], object], Callable[[], object]], None]
HOME, CHOICE = "/mon-espace/", "/mon-espace/organisation/"


def text(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def type_of(profil: ProfilMembre) -> str:
    """Return a kind of organisation that offers a role."""
    return next(code for code, kind in types_organisation().items() if profil in kind.roles or profil == "dpo")


@pytest.fixture
def two(client: Client) -> tuple[Membre, Membre]:
    """A person of two organisations, signed in: the oldest membership, then the other."""
    user = UserFactory()
    first, second = (
        MembreFactory(
            user=user, organisation__denomination=name, profil=profil, debut=timezone.now() - timedelta(days=n)
        )
        for n, (name, profil) in enumerate([("Le Réseau", "reseau"), ("Le Chantier", "siae_direction")], 1)
    )
    client.force_login(user)
    return second, first


# -- what awaits each profile ----------------------------------------


def test_every_profile_has_its_home() -> None:
    assert set(PROFILS) == {*ProfilMembre, Role.EXPLOITANT, Role.CONNECTE}


@pytest.mark.parametrize("second_facteur", [False, True])
@pytest.mark.parametrize("profil", ProfilMembre)
def test_each_profile_lands_on_a_home_that_makes_sense(
    client: Client, settings: Any, profil: ProfilMembre, second_facteur: bool
) -> None:
    user = member(profil, type_of(profil))
    settings.MAILLAGE_SECOND_FACTEUR = second_facteur
    client.force_login(user)

    response = client.get(HOME)

    page = text(response)
    assert response.status_code == 200
    assert f"Vous agissez au nom de <strong>{user.membre.organisation}</strong> : {profil.fonction}." in page.replace(
        "\u202f", " "
    )
    asleep = second_facteur and profil in LECTEURS_DE_PERSONNES
    assert ("Activez la double authentification" in page) is asleep
    assert (PROFILS[profil].vide in page) is not asleep
    for raccourci, url in response.context["raccourcis"]:
        assert client.get(url).status_code == 200, raccourci.label


def test_the_operator_lands_on_imports_and_sources(client: Client) -> None:
    client.force_login(UserFactory(exploitant=True))

    response = client.get(HOME)

    assert PROFILS[Role.EXPLOITANT].vide in text(response)
    assert response.context["raccourcis"][0][1] == "/imports/"


def test_an_operator_whose_rights_sleep_is_told_how_to_wake_them(client: Client, settings: Any) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    client.force_login(UserFactory(exploitant=True))

    response = client.get(HOME)

    assert "Activez la double authentification" in text(response)
    assert "/imports/" not in [url for _, url in response.context["raccourcis"]]


def test_a_person_without_organisation_is_told_how_to_be_invited(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)

    for address in (HOME, CHOICE):
        page = text(client.get(address))
        assert "Vous ne faites encore partie d’aucune organisation" in page
        assert user.email in page


def test_a_visitor_is_led_to_sign_in_and_keeps_the_public_home(client: Client) -> None:
    assert client.get(HOME)["Location"] == f"/compte/connexion/?next={HOME}"
    assert "Mon espace" not in text(client.get("/"))
    client.force_login(UserFactory())
    assert client.get("/").status_code == 200


def test_the_home_gathers_tasks_and_the_last_notifications(client: Client) -> None:
    user = member("siae_direction")
    RelationFactory(organisation=user.membre.organisation, referent=None)
    notify(user, "accounts.droits", "Votre rôle a changé.")
    client.force_login(user)

    page = text(client.get(HOME))

    assert "Sans échéance" in page
    assert "1 personne suivie n’a pas de référent" in page
    assert "Votre rôle a changé." in page
    assert "Rien ne vous attend" not in page


def test_the_home_asks_as_many_queries_for_one_as_for_three(
    client: Client, django_assert_constant_queries: Constant
) -> None:
    user = member("siae_direction", user__is_staff=True)
    client.force_login(user)
    client.get(HOME)

    def create(number: int) -> None:
        for _ in range(number):
            RelationFactory(organisation=user.membre.organisation, referent=None, fin=timezone.localdate())
            RelationFactory(
                organisation=user.membre.organisation, referent=None, fin=timezone.localdate() + timedelta(days=3)
            )
            RejetFactory(lot=LotFactory(applique=True))
            notify(user, "imports.termine", "Import terminé.", "/imports/")

    django_assert_constant_queries(create, lambda: client.get(HOME))


def test_the_site_map_and_the_header_lead_to_it(client: Client) -> None:
    client.force_login(member("reseau"))

    page = text(client.get(reverse("workspaces:plan")))

    for address in (HOME, CHOICE, "/notifications/"):
        assert f'href="{address}"' in page


# -- in whose name one acts ------------------------------------------


def acting(client: Client) -> str:
    """Return in whose name the header says that one acts."""
    return text(client.get("/parametres/")).partition('class="mg-tool-detail">')[2].partition("<")[0]


def test_one_acts_for_the_organisation_one_chose(client: Client, two: tuple[Membre, Membre]) -> None:
    oldest, other = two
    assert acting(client) == "Le Chantier"

    response = client.post(CHOICE, {"membre": str(other.public_id)}, follow=True)

    assert response.redirect_chain == [(HOME, 302)]
    assert "Vous agissez au nom de Le Réseau." in text(response)
    assert (acting(client), client.session[ORGANISATION]) == ("Le Réseau", other.organisation_id)
    client.post(CHOICE, {"membre": str(oldest.public_id)})
    assert acting(client) == "Le Chantier"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("/imports/", "/imports/"), ("https://ailleurs.example/", HOME), ("//ailleurs.example", HOME), ("", HOME)],
)
def test_one_goes_on_where_one_was_but_never_elsewhere(
    client: Client, two: tuple[Membre, Membre], asked: str, expected: str
) -> None:
    assert client.post(f"{CHOICE}?next={asked}", {"membre": str(two[1].public_id)})["Location"] == expected


@pytest.mark.parametrize("whose", ["neighbour", "ended", "nonsense", "nothing"])
def test_only_ones_own_memberships_in_force_can_be_chosen(
    client: Client, two: tuple[Membre, Membre], whose: str
) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    values = {
        "neighbour": str(MembreFactory().public_id),
        "ended": str(MembreFactory(user=two[0].user, debut=long_ago, fin=timezone.now()).public_id),
        "nonsense": "x",
        "nothing": "",
    }

    response = client.post(CHOICE, {"membre": values[whose]})

    assert response.status_code == 422
    assert ("partie de cette organisation" in text(response)) is (whose != "nothing")
    assert ORGANISATION not in client.session
    assert acting(client) == "Le Chantier"


def test_a_choice_whose_membership_ended_falls_back_without_error(client: Client, two: tuple[Membre, Membre]) -> None:
    oldest, other = two
    client.post(CHOICE, {"membre": str(other.public_id)})
    Membre.objects.filter(pk=other.pk).update(fin=timezone.now())
    assert acting(client) == "Le Chantier"
    Membre.objects.filter(pk=oldest.pk).update(fin=timezone.now())

    response = client.get(HOME)

    assert response.status_code == 200
    assert "Vous ne faites encore partie d’aucune organisation" in text(response)


def test_one_goes_on_in_the_organisation_chosen_when_the_role_there_changes(
    client: Client, two: tuple[Membre, Membre]
) -> None:
    other = two[1]
    client.post(CHOICE, {"membre": str(other.public_id)})
    operator = UserFactory(exploitant=True)

    change_membre(membre=other, profil="siae_encadrement", administrateur=True, actor=operator)

    assert acting(client) == "Le Réseau"


def test_the_choice_is_a_post_with_a_token(two: tuple[Membre, Membre]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(two[0].user)

    assert strict.post(CHOICE, {"membre": str(two[1].public_id)}).status_code == 403
    assert strict.get(f"{CHOICE}?membre={two[1].public_id}").status_code == 200
    assert ORGANISATION not in strict.session


def test_the_form_offers_ones_own_organisations(client: Client, two: tuple[Membre, Membre]) -> None:
    OrganisationFactory(denomination="Une voisine")

    widget = client.get(CHOICE).context["form"]["membre"].field.widget

    assert [label for _, label in widget.choices] == ["Le Chantier · direction", "Le Réseau · chargé de mission"]


# -- in a browser ----------------------------------------------------


def sign_in(page: Page, live_server: LiveServer, user: User) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


@pytest.mark.django_db(transaction=True)
def test_the_home_fits_a_phone_and_is_walked_by_keyboard(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    user = member("siae_direction", organisation=OrganisationFactory(denomination="Les Ateliers du Bout du Monde"))
    MembreFactory(user=user, profil="reseau")
    RelationFactory(organisation=user.membre.organisation, referent=None, fin=timezone.localdate())
    notify(user, "accounts.droits", "Votre rôle a changé dans Les Ateliers du Bout du Monde.", "/parametres/")
    sign_in(page, live_server, user)

    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (HOME, CHOICE, "/notifications/", "/notifications/preferences/"):
            page.goto(f"{live_server.url}{address}")
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    page.set_viewport_size({"width": 360, "height": 800})
    page.get_by_role("button", name="Menu").click()
    name = page.get_by_role("link", name="Les Ateliers du Bout du Monde").locator(".mg-tool-detail").bounding_box()
    assert name is not None
    assert name["x"] + name["width"] <= 360, "the whole name is read on a phone"

    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}{HOME}")
    page.get_by_role("link", name="Changer d’organisation").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", checked=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}{HOME}")
    page.get_by_role("button", name="Ouvrir").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/parametres/")
