"""A long task and the page that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from maillage.foundations.kernel import progress
from maillage.foundations.kernel.models import Tache
from tests.database import current_url
from tests.factories.accounts import UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db
Etat = Tache.Etat


@pytest.fixture
def tache() -> Tache:
    return Tache.objects.create(libelle="Import des SIAE", auteur=UserFactory())


def page(client: Client, tache: Tache, name: str = "tache") -> str:
    return client.get(reverse(f"kernel:{name}", args=[tache.pk])).content.decode()


def test_task_goes_from_start_to_finish(tache: Tache) -> None:
    progress.start(tache, total=4)
    progress.advance(tache, 3, "lecture")
    tache.refresh_from_db()
    assert (tache.etat, tache.fait, tache.total, tache.etape) == (Etat.EN_COURS, 3, 4, "lecture")
    assert tache.pourcentage == 75
    progress.finish(tache, message="4 lignes lues", suite_url="/imports/1/")
    tache.refresh_from_db()
    assert (tache.etat, tache.fait, tache.message, tache.suite_url) == (
        Etat.TERMINEE,
        4,
        "4 lignes lues",
        "/imports/1/",
    )
    assert tache.finie_le is not None


def test_share_is_unknown_while_the_total_is(tache: Tache) -> None:
    progress.start(tache)
    progress.advance(tache, 12)
    assert tache.pourcentage is None


def test_failing_block_marks_the_task_and_lets_the_error_go(tache: Tache) -> None:
    progress.start(tache)
    with pytest.raises(ZeroDivisionError), progress.failing(tache, "Le fichier est illisible."):
        raise ZeroDivisionError
    tache.refresh_from_db()
    assert (tache.etat, tache.message) == (Etat.EN_ECHEC, "Le fichier est illisible.")


def test_failed_task_can_start_again(tache: Tache) -> None:
    progress.fail(tache, "Panne.")
    progress.start(tache)
    tache.refresh_from_db()
    assert (tache.etat, tache.message, tache.finie_le) == (Etat.EN_COURS, "", None)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_at_once(tache: Tache) -> None:
    progress.start(tache, total=10)
    progress.advance(tache, 7)
    with psycopg.connect(current_url()) as other:
        assert other.execute("select fait from kernel_tache").fetchall() == [(7,)]


@pytest.mark.django_db(transaction=True)
def test_progress_that_nobody_would_see_is_refused(tache: Tache) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        progress.advance(tache, 1)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"fait": 2, "total": 1}, "tache_fait_borne"),
        ({"etat": Etat.TERMINEE}, "tache_fin_et_etat"),
        ({"finie_le": timezone.now()}, "tache_fin_et_etat"),
    ],
)
def test_database_refuses_a_task_that_makes_no_sense(values: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Tache.objects.create(libelle="x", **values)


def test_page_of_a_running_task_asks_for_news_and_works_without_javascript(client: Client, tache: Tache) -> None:
    client.force_login(tache.auteur)
    progress.start(tache, total=4)
    progress.advance(tache, 1, "lecture du fichier")
    html = page(client, tache)
    assert f'hx-get="/taches/{tache.pk}/avancement/"' in html
    assert '<progress value="25" max="100"' in html
    assert "lecture du fichier" in html
    assert "1 sur 4" in html
    assert f'<a class="fr-link" href="/taches/{tache.pk}/">Actualiser</a>' in html


@pytest.mark.parametrize(("end", "title"), [("finish", "Terminé"), ("fail", "La tâche n’a pas abouti")])
def test_page_of_an_ended_task_stops_asking_and_says_what_came_of_it(
    client: Client, tache: Tache, end: str, title: str
) -> None:
    client.force_login(tache.auteur)
    tache.suite_url = "/imports/1/"
    tache.save()
    getattr(progress, end)(tache, message="12 lignes\nlues")
    html = page(client, tache)
    assert "hx-get" not in html
    assert "Actualiser" not in html
    assert title in html
    assert "12 lignes<br>lues" in html
    assert 'href="/imports/1/"' in html


def test_fragment_tells_htmx_when_to_stop(client: Client, tache: Tache) -> None:
    client.force_login(tache.auteur)
    address = reverse("kernel:tache_avancement", args=[tache.pk])
    assert client.get(address).status_code == 200
    progress.finish(tache)
    response = client.get(address)
    assert response.status_code == 286
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize(
    ("is_staff", "asleep", "status"),
    [(False, False, 404), (True, False, 200), (True, True, 404)],
    ids=["somebody", "an operator", "an operator without second factor"],
)
def test_task_of_somebody_else_is_for_operators_only(
    client: Client, settings: Any, tache: Tache, is_staff: bool, asleep: bool, status: int
) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = asleep
    client.force_login(UserFactory(is_staff=is_staff))
    assert client.get(reverse("kernel:tache", args=[tache.pk])).status_code == status


def test_visitor_is_led_to_sign_in(client: Client, tache: Tache) -> None:
    response = client.get(reverse("kernel:tache", args=[tache.pk]))
    assert response.status_code == 302


@pytest.mark.django_db(transaction=True)
def test_open_page_follows_the_task_by_itself(
    live_server: LiveServer, page: Page, client: Client, tache: Tache, axe: Callable[[Page], None]
) -> None:
    client.force_login(tache.auteur)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    progress.start(tache, total=4)
    progress.advance(tache, 1, "lecture du fichier")
    page.goto(f"{live_server.url}/taches/{tache.pk}/")
    expect(page.get_by_role("progressbar", name="En cours")).to_have_attribute("value", "25")
    axe(page)
    progress.advance(tache, 3, "écriture")
    expect(page.get_by_role("progressbar", name="En cours")).to_have_attribute("value", "75")
    progress.finish(tache, message="4 lignes lues.", suite_url="/sante/")
    expect(page.get_by_role("alert")).to_contain_text("4 lignes lues.")
    axe(page)
    page.get_by_role("link", name="Voir le résultat").click()
    expect(page).to_have_url(f"{live_server.url}/sante/")
