"""Every night: what retention does by itself, announcements first. The command does what cannot be undone."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from maillage.foundations.kernel import retention


@app.periodic(cron="30 2 * * *")
@app.task(queue="maintenance", queueing_lock="retention")
def announce(timestamp: int) -> None:
    """Tell people that their data will go, and sweep what names nobody."""
    for _ in retention.run(on=timezone.localdate(), automatiques=True):
        pass
