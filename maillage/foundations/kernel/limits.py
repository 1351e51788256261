"""Rate limits: how often one may try, counted in the database so that every process counts together.

The counters are written apart from the transaction of the request: a refused attempt still counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from maillage.foundations.kernel.encryption import fingerprint
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.models import Compteur
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


class TooMany(Refused):
    """Tried too often; `until` says when one may again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(too_many(until))
        self.until = until


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries of `code` in `minutes`, counted for each one who tries."""

    code: str
    most: int
    minutes: int

    def key(self, who: str) -> str:
        return fingerprint(who.casefold(), f"limite:{self.code}")

    def hit(self, who: str) -> None:
        """Count one try of `who`; raise `TooMany` once there were too many."""
        count, until = _increment(self.key(who), timedelta(minutes=self.minutes))
        if count > self.most:
            raise TooMany(until)

    def check(self, who: str) -> None:
        """Raise `TooMany` when `who` has no try left; count nothing."""
        row = Compteur.objects.filter(pk=self.key(who), expire_le__gt=timezone.now(), nombre__gte=self.most).first()
        if row:
            raise TooMany(row.expire_le)

    def forget(self, who: str) -> None:
        """Start again from zero: the right answer was given."""
        Compteur.objects.filter(pk=self.key(who)).delete()


def too_many(until: datetime) -> Refusal:
    """Return the reason given to who tried too often."""
    hour = timezone.localtime(until)
    return Refusal("trop_d_essais", f"Trop de tentatives\u202f: réessayez après {hour:%H\u202fh\u202f%M}.")


@dataclass(frozen=True, slots=True)
class Debit:
    """How many times a minute a screen may be asked for by one account, or one address when nobody is signed in.

    `code` is the parameter that holds the figure, and the counter that the screens of the same code share.
    """

    code: str

    def hit(self, request: HttpRequest) -> None:
        """Count one request; raise `TooMany` beyond the figure in force today."""
        most = int(get_parametre(self.code, on=timezone.localdate()).value)
        user = request.user
        who = f"compte:{user.pk}" if user.is_authenticated else f"adresse:{address(request)}"
        Limit(self.code, most, minutes=1).hit(who)


# What is searched or browsed, and what costs a computation or gives a whole file.
RECHERCHE = Debit("kernel.debit_recherche")
EXPORT = Debit("kernel.debit_export")


def address(request: HttpRequest) -> str:
    """Return the network address of who asks.

    Behind a proxy, the server is told the client's address by the proxy (see the operating guide): no header that the
    client can forge is read here.
    """
    return str(request.META.get("REMOTE_ADDR") or "inconnue")


def _increment(key: str, window: timedelta) -> tuple[int, datetime]:
    """Add one to a counter, begun again when its window is over, in one atomic statement."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into kernel_compteur as c (cle, nombre, expire_le) values (%(key)s, 1, %(end)s)
            on conflict (cle) do update set
                nombre = case when c.expire_le <= %(now)s then 1 else c.nombre + 1 end,
                expire_le = case when c.expire_le <= %(now)s then %(end)s else c.expire_le end
            returning nombre, expire_le
            """,
            {"key": key, "now": now, "end": now + window},
        )
        count, until = cursor.fetchone()
    return count, until
