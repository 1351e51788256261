"""Work done after the answer: jobs queued in the database, in the transaction of the act that asks for them.

A room declares its jobs in its `jobs.py`, which every process imports by itself. A job takes primitives, and may be run
twice (a worker can die after the work and before saying so): write it so that the second run changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate.tasks import Task

P = ParamSpec("P")
R = TypeVar("R")

# A job that takes its worker down with it, each time, is not tried for ever.
MOST_RUNS = 5


def job(*, queue: str = "default", retries: int = 0) -> Callable[[Callable[P, R]], Task[P, R, P]]:
    """Declare a function as a job; a failing one is run again up to `retries` times, after 2, 4, 8… seconds."""
    retry = RetryStrategy(max_attempts=retries, exponential_wait=2) if retries else False
    return app.task(queue=queue, retry=retry)


def enqueue(task: Task[P, R, P], *args: P.args, **primitives: P.kwargs) -> int:
    """Queue a job, its arguments given by name, and return its number.

    If the current transaction rolls back, it was never queued.
    """
    return task.defer(*args, **primitives)


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", queueing_lock="resume_stalled")
async def resume_stalled(timestamp: int) -> None:
    """Run again, every minute, the jobs whose worker has given no sign of life for thirty seconds."""
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        if stalled.id is not None and stalled.attempts >= MOST_RUNS:
            await app.job_manager.finish_job_by_id_async(stalled.id, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(stalled)
