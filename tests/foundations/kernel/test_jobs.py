"""Jobs go with the transaction that asks for them, and outlive the worker that dies on them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from maillage.foundations.kernel.jobs import MOST_RUNS, enqueue, job, resume_stalled
from maillage.foundations.kernel.mail import send_text
from tests.database import program_environment

if TYPE_CHECKING:
    from collections.abc import Callable

ran: list[int] = []


@job()
def note(number: int) -> None:
    ran.append(number)


@job()
def note_then_queue(number: int) -> None:
    ran.append(number)
    enqueue(note, number=number + 1)


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


@pytest.mark.django_db
def test_run_jobs_runs_the_queue_in_order(run_jobs: Callable[[], int]) -> None:
    enqueue(note_then_queue, number=1)
    enqueue(note, number=9)
    assert run_jobs() == 3
    assert ran == [1, 9, 2]
    assert run_jobs() == 0


@pytest.mark.django_db
def test_job_of_a_rolled_back_act_was_never_queued(run_jobs: Callable[[], int]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(note, number=1)
        raise ZeroDivisionError
    assert run_jobs() == 0


@pytest.mark.django_db
def test_error_of_a_job_goes_through_to_the_test(run_jobs: Callable[[], int]) -> None:
    enqueue(send_text, to="pas une adresse\n", subject="s", text="t")
    with pytest.raises(ValueError, match=r"newline|control"):
        run_jobs()


@pytest.mark.django_db(transaction=True)
def test_worker_command_runs_what_is_queued() -> None:
    enqueue(send_text, to="siae@exemple.fr", subject="Import fini", text="Douze lignes lues.")
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--one-shot"]
    done = subprocess.run(command, env=program_environment(), capture_output=True, text=True, check=True)
    assert "To: siae@exemple.fr" in done.stdout
    assert "Douze lignes lues." in done.stdout
    assert not ProcrastinateJob.objects.filter(task_name=send_text.name).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("attempts", "status"), [(0, "todo"), (MOST_RUNS, "failed")])
def test_stalled_job_is_run_again_but_not_for_ever(attempts: int, status: str) -> None:
    number = enqueue(note, number=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id"
        )
        (worker,) = cursor.fetchone()
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", [worker])
        cursor.execute("update procrastinate_jobs set attempts = %s", [attempts])

    async def resume() -> None:
        with app.replace_connector(app.connector.get_worker_connector()):
            async with app.open_async():
                await resume_stalled(timestamp=0)

    # A thread of its own: a browser test may have left its event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, resume()).result()
    assert ProcrastinateJob.objects.get(pk=number).status == status


def test_every_job_lives_where_the_worker_looks() -> None:
    """A worker imports the `jobs.py` of each app and the kernel’s messages: a job elsewhere would never run."""
    house = [task.func.__module__ for task in app.tasks.values() if task.func.__module__.startswith("maillage.")]
    assert [
        name for name in house if not name.endswith((".jobs", "kernel.mail", "kernel.notifications", "kernel.sms"))
    ] == []
