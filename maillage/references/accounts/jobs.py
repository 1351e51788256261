"""What is done at night about accounts."""

from __future__ import annotations

from procrastinate.contrib.django import app

from maillage.references.accounts.sessions import SessionStore


@app.periodic(cron="37 3 * * *")
@app.task(queue="maintenance", queueing_lock="sweep_sessions")
def sweep_sessions(timestamp: int) -> None:
    """Delete the sessions that are over: where and when one was connected is kept no longer than the session."""
    SessionStore.clear_expired()
