"""What time alone decides. Nothing shown waits for it."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from maillage.domains.parcours.services.candidatures import archive_candidatures, expire_candidatures
from maillage.domains.parcours.services.demandes import remind_prolongations
from maillage.domains.parcours.services.enquetes import ask_news
from maillage.domains.parcours.services.postes import close_stale


@app.periodic(cron="40 2 * * *")
@app.task(queue="maintenance", queueing_lock="parcours_orientation")
def close_and_expire(timestamp: int) -> None:
    """Close the posts that nobody confirmed, refuse the candidatures that nobody answered, put the old ones away."""
    on = timezone.localdate()
    close_stale(on=on)
    expire_candidatures(on=on)
    archive_candidatures(on=on)


@app.periodic(cron="0 7 * * *")
@app.task(queue="maintenance", queueing_lock="parcours_nouvelles")
def ask_for_news(timestamp: int) -> None:
    """Ask for news of those who left three, six, twelve or eighteen months ago, and remind."""
    ask_news(on=timezone.localdate())


@app.periodic(cron="10 7 * * 1-5")
@app.task(queue="maintenance", queueing_lock="parcours_prolongations")
def remind_prescripteurs(timestamp: int) -> None:
    """Remind the prescripteurs who have not answered a request of prolongation."""
    remind_prolongations(on=timezone.localdate())
