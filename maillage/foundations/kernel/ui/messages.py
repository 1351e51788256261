"""The messages that a page shows once, after an act: in a signed cookie, named as the others are."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Messages(CookieStorage):
    """Keep them apart from the session, so that a visitor needs none to be answered."""

    cookie_name = settings.MAILLAGE_MESSAGES_COOKIE
