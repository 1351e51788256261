"""The database of the running test, for a program or a connection of its own."""

from __future__ import annotations

import os
from urllib.parse import quote

from django.db import connection


def program_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a program that works on the database of the test, under the real settings."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": current_url()} | variables


def current_url() -> str:
    """Return its address, be it embedded or given by DATABASE_URL."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    account = ":".join(quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part)
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{account}@{port}/{database['NAME']}?host={quote(host, safe='')}"
