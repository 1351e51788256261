"""The database of the running test, for a program or a connection of its own."""

from __future__ import annotations

from urllib.parse import quote

from django.db import connection


def current_url() -> str:
    """Return its address, be it embedded or given by DATABASE_URL."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    account = ":".join(quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part)
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{account}@{port}/{database['NAME']}?host={quote(host, safe='')}"
