"""A screen that one crosses on the way to another page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from maillage.foundations.kernel.screens.base import Screen


class Onward(Screen):
    """A screen on the way to a page that was asked for: `?next=` goes along."""

    def get_asked(self) -> str:
        """Return the page that was asked for, as the address says it."""
        return self.request.GET.get("next", "")

    def get_next(self, default: str = settings.LOGIN_REDIRECT_URL) -> str:
        """Return the page asked for when it is one of ours, else the default one."""
        asked = self.get_asked()
        safe = url_has_allowed_host_and_scheme(
            asked, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )
        return asked if safe else resolve_url(default)

    def onward(self, name: str) -> str:
        """Return the address of one more step, that leads to the same page."""
        asked = self.get_asked()
        return f"{reverse(name)}?{urlencode({'next': asked})}" if asked else reverse(name)
