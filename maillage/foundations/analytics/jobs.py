"""Every night, once retention has passed: the warehouse is published again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from maillage.foundations.analytics import warehouse


@app.periodic(cron="30 3 * * *")
@app.task(queue="maintenance", queueing_lock="entrepot")
def refresh(timestamp: int) -> None:
    """Publish a new snapshot; the former ones stay until it is complete."""
    warehouse.publish()
