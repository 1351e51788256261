"""Sessions that know whose they are, so that one can list one's own and close them (Django's documented extension)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from maillage.foundations.kernel.encryption import fingerprint
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.models import Session

if TYPE_CHECKING:
    from collections.abc import Mapping


# Keys of a session: the hour of its opening (its row is written anew at each save), the organisation in whose name
# one acts, whether the second factor was given.
OUVERTE = "ouverte_le"
ORGANISATION = "organisation"
VERIFIEE = "second_facteur"

# « Vue le » need not be truer than this: one write in five minutes, not one per page.
FRAICHEUR = timedelta(minutes=5)


class SessionStore(DatabaseStore):
    """Write beside each session the account it belongs to, the browser and the address, as the middleware tells them.

    A session lasts `accounts.duree_session_jours` from the moment one signed in, however often it is used since.
    Its public identity is a keyed hash of its key: it names the session and does not open it.

    `visiteur` is set by `accounts.middleware`: {"navigateur": …, "adresse": …}.
    """

    visiteur: Mapping[str, Any] | None = None
    vue_le: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        data.setdefault(OUVERTE, timezone.now().isoformat())
        row = cast("Session", super().create_model_instance(data))
        row.public_id = UUID(fingerprint(row.session_key, "session")[:32])
        row.ouverte_le = datetime.fromisoformat(data[OUVERTE])
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        for name, value in (self.visiteur or {}).items():
            setattr(row, name, value)
        return row

    def get_session_cookie_age(self) -> int:
        """Return the seconds left to the session."""
        now = timezone.now()
        opened = datetime.fromisoformat(self.get(OUVERTE, now.isoformat()))
        days = int(get_parametre("accounts.duree_session_jours", on=timezone.localdate()).value)
        return max(0, int((opened + timedelta(days=days) - now).total_seconds()))

    def cycle_key(self) -> None:
        """Change the key and count the duration anew: whoever calls this has just asked for a proof of identity."""
        self.pop(OUVERTE, None)
        super().cycle_key()

    def touch(self) -> None:
        """Write that the session is in use, when it was not written for some minutes; its row only, not its data."""
        now = timezone.now()
        if self.vue_le and now - self.vue_le > FRAICHEUR:
            Session.objects.filter(pk=self.session_key).update(vue_le=now)

    def _get_session_from_db(self) -> Session | None:
        row = cast("Session | None", super()._get_session_from_db())  # type: ignore[misc]
        self.vue_le = row.vue_le if row else None
        return row
