"""What every test may ask for: a browser and its audit, the queued jobs, a constant number of queries."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page
    from pytest_django import DjangoDbBlocker

    from tests.factories.territoires import RegionCopiee

# The same as in .ci/chromium, which installs one when there is none.
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT_FOLDER = os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(Path(sys.prefix) / "navigateurs"))

# Time is what the benches measure: a property does not fail because the machine is busy.
settings.register_profile("maillage", deadline=None)
settings.load_profile("maillage")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that open a browser, and pass them when asked to."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
            if os.environ.get("MAILLAGE_SANS_NAVIGATEUR") == "1":
                item.add_marker(pytest.mark.skip(reason="MAILLAGE_SANS_NAVIGATEUR=1"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what a test counted and told by `record_property("bilan", …)`."""
    for report in terminalreporter.getreports("passed"):
        for name, text in getattr(report, "user_properties", ()):
            if name == "bilan":
                terminalreporter.write_line(text)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by its rank: an archive carries the hour of its making, and both workers must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's Chromium, else the one that Playwright installed."""
    system = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if system is None and not Path(PLAYWRIGHT_FOLDER).is_dir():
        pytest.fail("Aucun Chromium\u202f: « make test » en installe un, MAILLAGE_SANS_NAVIGATEUR=1 passe ces tests.")
    options = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"]
    return {**browser_type_launch_args, "args": options, **({"executable_path": system} if system else {})}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris"}


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Return a function that audits the page as it stands and fails with the list of violations."""

    def audit(page: Page) -> None:
        violations = Axe().run(page).response["violations"]
        lines = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html']}"
            for violation in violations
            for node in violation["nodes"]
        ]
        assert not lines, f"{page.url}: accessibility violations\n" + "\n".join(lines)

    return audit


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give the application's role its rights, once; close what still listens before the database is dropped.

    The live server answers each kept-alive connection of the browser in a thread of its own, which holds a session of
    PostgreSQL and ends some time after both.
    """
    from maillage.foundations.kernel import privileges  # models cannot be imported before Django is set up

    with django_db_blocker.unblock():
        privileges.grant()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )


@pytest.fixture(autouse=True)
def _queue_left_empty(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Empty the queue after a test that commits: Django flushes its own tables only."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("truncate procrastinate_jobs, procrastinate_workers cascade")


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Return a function that runs the queued jobs here and now, in the test's own transaction; an error goes through.

    It returns how many jobs ran, those that they queued in their turn included.
    """

    def run() -> int:
        done = 0
        while waiting := ProcrastinateJob.objects.filter(status="todo").order_by("id").first():
            with connection.cursor() as cursor:
                cursor.execute("update procrastinate_jobs set status = 'doing' where id = %s", [waiting.pk])
            app.tasks[waiting.task_name](**waiting.args)
            with connection.cursor() as cursor:
                cursor.execute("update procrastinate_jobs set status = 'succeeded' where id = %s", [waiting.pk])
            done += 1
        return done

    return run


@pytest.fixture
def django_assert_constant_queries() -> Callable[[Callable[[int], object], Callable[[], object]], None]:
    """Return a check that `read` asks as many queries for 1 item as for 3; `create(n)` adds n items."""

    def check(create: Callable[[int], object], read: Callable[[], object]) -> None:
        def queries(items: int) -> list[str]:
            create(items)
            with CaptureQueriesContext(connection) as captured:
                read()
            return [query["sql"] for query in captured.captured_queries]

        one, three = queries(1), queries(2)
        assert len(one) == len(three), "queries with 3 items:\n" + "\n".join(three)

    return check


@pytest.fixture(scope="session")
def ile_de_france_copiee(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> RegionCopiee:
    """Île-de-France as `load_territoires` leaves it, loaded once per session; `pour()` copies it for a test."""
    from tests.factories.territoires import copy_region  # models cannot be imported before Django is set up

    with django_db_blocker.unblock():
        return copy_region("11")


@pytest.fixture
def ile_de_france(ile_de_france_copiee: RegionCopiee, db: None) -> None:
    """The region, in the test's own transaction."""
    ile_de_france_copiee.pour()
