"""What the screens of one's own account share."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.foundations.kernel.screens import ActScreen
from maillage.foundations.kernel.screens.base import Screen
from maillage.references.accounts.models import User
from maillage.references.accounts.permissions import Permission


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

    def land(self) -> str:
        """Return where somebody who has just signed in goes: to activate a second factor first, when they owe one."""
        asleep = isinstance(self.request.user, User) and self.request.user.roles_endormis
        return self.onward("accounts:second_facteur") if asleep else self.get_next()


@method_decorator((never_cache, sensitive_post_parameters()), name="dispatch")
class CompteAct(Onward, ActScreen):
    """An act on one's own account."""

    permission = Permission.COMPTE
    parents = (("Mon compte", "accounts:compte"),)

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def perform(self, form: Any) -> str:
        raise NotImplementedError
