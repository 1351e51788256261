"""Messages by e-mail: plain text, sent by a job once the act is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import send_mail
from django.template import Context, Engine

from maillage.foundations.kernel.jobs import enqueue, job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def notify(to: Iterable[str], subject: str, template: str, context: Mapping[str, Any]) -> None:
    """Write to each address apart; the text is rendered now, so that it tells what was true when the act was done."""
    text = Engine.get_default().get_template(template).render(Context(dict(context), autoescape=False))
    for address in to:
        enqueue(send_text, to=address, subject=subject, text=text)


def address(path: str) -> str:
    """Return the whole address of a page, as a message that leaves the site must give it."""
    return f"{settings.MAILLAGE_ADRESSE}{path}"


@job(queue="courriels", retries=8)
def send_text(to: str, subject: str, text: str) -> None:
    """Send one message; a mail server that is away is tried again for about eight minutes."""
    send_mail(subject, text, from_email=None, recipient_list=[to])
