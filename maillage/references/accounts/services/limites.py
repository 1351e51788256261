"""How often one may try to get in: by account, then more widely by network address; how often one may invite.

An account is counted before anything is proved: who does not exist is blocked as well, and tries made at the same time
cannot outrun the count. An address is counted by its failures: a whole service shares one.
Call none of this inside a transaction that a refusal rolls back: the try would not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.foundations.kernel.limits import Limit
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.queries.membres import find_account

if TYPE_CHECKING:
    from maillage.references.accounts.models import User


@dataclass(frozen=True, slots=True)
class Essai:
    """One try of `quoi` (password, code, link) on an account, from an address."""

    quoi: str
    compte: str
    adresse: str

    def begin(self) -> None:
        """Count the try; raise `Refused`, saying until when, once there were too many."""
        self._par_adresse.check(self.adresse)
        self._par_compte.hit(self.compte)

    def fail(self) -> None:
        """Count a failure of the address; raise `Refused` when it has no try left."""
        self._par_adresse.hit(self.adresse)

    def succeed(self) -> None:
        """Forget the failures of the account: the right answer was given."""
        self._par_compte.forget(self.compte)

    @property
    def _par_compte(self) -> Limit:
        return _limit(f"{self.quoi}.compte", "accounts.essais_compte")

    @property
    def _par_adresse(self) -> Limit:
        return _limit(f"{self.quoi}.adresse", "accounts.essais_adresse")


def hit_envoi(user: User) -> None:
    """Count one invitation sent by a person; raise `Refused` beyond `accounts.envois_invitation` in an hour.

    Inside the transaction of the act: an invitation that is refused is not sent, and need not count.
    """
    most = get_parametre("accounts.envois_invitation", on=timezone.localdate()).value
    Limit("invitations", int(most), minutes=60).hit(str(user.pk))


def compte_de(email: str) -> str:
    """Return by what an account is counted: itself, however its address was typed; else by what was typed."""
    user = find_account(email)
    return str(user.pk) if user else email


def _limit(code: str, most: str) -> Limit:
    day = timezone.localdate()
    minutes = get_parametre("accounts.blocage_minutes", on=day).value
    return Limit(code, int(get_parametre(most, on=day).value), int(minutes))
