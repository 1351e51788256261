"""What the screens of one's own account share."""

from __future__ import annotations

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.foundations.kernel.screens import ActScreen, Onward
from maillage.references.accounts.models import User
from maillage.references.accounts.permissions import Permission


class Entree(Onward):
    """A step of signing in."""

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
