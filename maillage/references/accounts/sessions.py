"""Sessions that know whose they are, so that one can list one's own and close them (Django's documented extension)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from maillage.foundations.kernel.encryption import fingerprint
from maillage.references.accounts.models import Session

if TYPE_CHECKING:
    from collections.abc import Mapping


# Under this key the session keeps the hour of its opening: its row is written anew at each save.
OUVERTE = "ouverte_le"


class SessionStore(DatabaseStore):
    """Write beside each session the account it belongs to, the browser and the address, as the middleware tells them.

    Its public identity is a keyed hash of its key: it names the session and does not open it.

    `visiteur` is set by `accounts.middleware`: {"navigateur": …, "adresse": …}.
    """

    visiteur: Mapping[str, Any] | None = None

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
