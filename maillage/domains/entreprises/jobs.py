"""Every morning: remind those who have not signed, close the conventions that nobody validated."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from maillage.domains.entreprises.services.relances import close_old, remind_all


@app.periodic(cron="0 6 * * 1-5")
@app.task(queue="maintenance", queueing_lock="entreprises_relances")
def relancer(timestamp: int) -> None:
    """Run again, it reminds nobody twice on a day."""
    on = timezone.localdate()
    close_old(on)
    remind_all(on)
