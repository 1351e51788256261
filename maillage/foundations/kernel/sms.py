"""Messages by SMS, when `MAILLAGE_SMS_URL` says which service sends them; without one, nothing is sent nor queued.

The service takes a POST of JSON `{"to": "+33612345678", "from": "Maillage", "text": "…"}` with a bearer token, and
answers 2xx once it has taken the message. Another service is one more function of the same signature as `_post`.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import requests
from django.conf import settings
from django.template import Context, Engine

from maillage.foundations.kernel.jobs import enqueue, job

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_SECONDS = 20
# What a service answers when it is not the message that is wrong: it is tried again.
PASSING = frozenset({408, 425, 429})
# A mobile number of metropolitan France, however it is written: what a query keeps, then what is sent.
MOBILE = r"^(\+33|0033|0)[ .\-]*(\(0\))?[ .\-]*[67]"
_DIGITS = re.compile(r"(?:\+33|0033|0)(?:0)?([67]\d{8})")

logger = logging.getLogger(__name__)


def available() -> bool:
    """Tell whether a service sends SMS."""
    return bool(settings.MAILLAGE_SMS_URL)


def read_mobile(text: str) -> str | None:
    """Return a mobile number as the services want it, « +33612345678 »; None when it is none."""
    match = _DIGITS.fullmatch(re.sub(r"[ .\-()\u00a0\u202f]", "", text))
    return f"+33{match[1]}" if match else None


def notify(to: str, template: str, context: Mapping[str, Any]) -> None:
    """Write to a mobile number (`read_mobile`); the text is rendered now, and sent once the act is committed."""
    text = Engine.get_default().get_template(template).render(Context(dict(context), autoescape=False))
    enqueue(send_sms, to=to, text=" ".join(text.split()))


@job(queue="courriels", retries=8)
def send_sms(to: str, text: str) -> None:
    """Send one message; a service that is away is tried again for about eight minutes, one that refuses is not."""
    if not available():
        logger.warning("a text message was dropped: no service is set any more")
        return
    _post(to, text)


def _post(to: str, text: str) -> None:
    """Raise `requests.RequestException` when the service is away; log a refusal, without the number nor the text."""
    answer = requests.post(
        settings.MAILLAGE_SMS_URL,
        json={"to": to, "from": settings.MAILLAGE_SMS_EXPEDITEUR, "text": text},
        headers={"Authorization": f"Bearer {settings.MAILLAGE_SMS_JETON}"},
        timeout=PATIENCE_SECONDS,
        allow_redirects=False,
    )
    if answer.status_code in PASSING or answer.status_code >= 500:
        raise requests.HTTPError(f"the service of text messages answered {answer.status_code}")
    if not 200 <= answer.status_code < 300:
        logger.error("a text message was refused by the service: %s", answer.status_code)
