"""What the room does by itself, every morning."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from maillage.domains.parcours.services.enquetes import ask_news


@app.periodic(cron="0 7 * * *")
@app.task(queue="maintenance", queueing_lock="parcours_nouvelles")
def ask_for_news(timestamp: int) -> None:
    """Ask for news of those who left three, six, twelve or eighteen months ago, and remind."""
    ask_news(on=timezone.localdate())
