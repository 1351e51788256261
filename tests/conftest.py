"""What every test may ask for: a browser and its audit, the queued jobs, a constant number of queries."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
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


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop the databases that were copied, once every process of the run has ended."""
    if hasattr(config, "workerinput"):
        return
    from tests import database  # models cannot be imported before Django is set up

    for name in (database.MIGRATED, database.DEMO):
        database.drop(name)


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
        page.wait_for_load_state()  # a click returns when the answer begins, and half a page has no footer
        violations = Axe().run(page).response["violations"]
        lines = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html']}"
            for violation in violations
            for node in violation["nodes"]
        ]
        assert not lines, f"{page.url}: accessibility violations\n" + "\n".join(lines)

    return audit


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    run_folder: Path,
) -> None:
    """Have the database of this process copied from one that is migrated once per run."""
    from tests.database import migrate_once  # models cannot be imported before Django is set up

    with django_db_blocker.unblock():
        migrate_once(run_folder)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Close what still listens before the database is dropped.

    The live server answers each kept-alive connection of the browser in a thread of its own, which holds a session of
    PostgreSQL and ends some time after both.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )


@pytest.fixture(scope="session")
def demo_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker, run_folder: Path) -> Path:
    """The folder of what `manage.py demo` wrote: its output, its files and its warehouse; the rest is in a database.

    It takes most of a minute and is the same for all: the first process that asks runs it, the others wait.
    """
    from tests import database  # models cannot be imported before Django is set up

    folder = run_folder / "demo"
    with django_db_blocker.unblock(), database.once(run_folder, database.DEMO) as first:
        if first:
            shutil.rmtree(folder, ignore_errors=True)
            database.copy(database.MIGRATED, database.DEMO)
            output = io.StringIO()
            with database.working_in(database.DEMO), override_settings(**_kept_in(folder)):
                call_command("demo", stdout=output)
            (folder / "sortie.txt").write_text(output.getvalue())
    return folder


@pytest.fixture(scope="module")
def region_demo(
    demo_once: Path, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The fictional region in a database of this module's own; return what `manage.py demo` wrote on the terminal.

    A test that commits is alone in its module: the tables are emptied behind it.
    """
    from tests import database  # models cannot be imported before Django is set up

    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(demo_once, folder, dirs_exist_ok=True)
    with django_db_blocker.unblock():
        own = f"{connection.settings_dict['NAME']}_demo"
        database.copy(database.DEMO, own)
        with database.working_in(own), override_settings(**_kept_in(folder)), django_db_blocker.block():
            yield (folder / "sortie.txt").read_text()
        database.drop(own)


def _kept_in(folder: Path) -> dict[str, Path]:
    return {"MEDIA_ROOT": folder / "fichiers", "MAILLAGE_ENTREPOT": folder / "entrepot"}


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
        def queries() -> list[str]:
            with CaptureQueriesContext(connection) as captured:
                read()
            return [query["sql"] for query in captured.captured_queries]

        create(1)
        read()  # the kinds of objects that a page names are asked once by a process
        one = queries()
        create(2)
        three = queries()
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
