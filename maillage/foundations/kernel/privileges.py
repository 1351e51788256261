"""What the application's own account may do in the database: everything it needs, and nothing to the traces but write.

Triggers refuse to change a journal, but whoever owns a table may drop its triggers. So the web server and the worker
do not connect as the owner: they take the role `MAILLAGE_DB_ROLE`, which owns nothing. Migrations, retention and
restorations stay with the owner, from the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction
from pghistory.models import Context, Event
from psycopg import sql

from maillage.foundations.kernel.models import WRITTEN_ONCE

if TYPE_CHECKING:
    from django.db.models import Model

# Read by Django, written by `migrate` alone.
MIGRATIONS = "django_migrations"
# Any number, the same for all: two processes that grant at once wait for each other.
LOCK = 7_261_944

# The trace of an act gains particulars (a nested `pghistory.context`) while its transaction lasts, and never after.
CONTEXT = """
create or replace function maillage_contexte_clos() returns trigger language plpgsql as $$
begin
    raise exception 'the context of a past transaction cannot be changed';
end $$;
create or replace trigger maillage_contexte_clos before update on {context}
for each row when (old.created_at < now() and current_user = {name}) execute function maillage_contexte_clos();
"""

GRANTS = """
grant usage on schema {schema} to {role};
revoke all on all tables in schema {schema} from {role};
grant select, insert, update, delete on all tables in schema {schema} to {role};
grant usage, select on all sequences in schema {schema} to {role};
revoke update, delete on {journals} from {role};
revoke insert, update, delete on {migrations} from {role};
grant update (metadata, updated_at) on {context} to {role};
alter default privileges in schema {schema} grant select, insert on tables to {role};
alter default privileges in schema {schema} grant usage, select on sequences to {role};
"""


class PrivilegesError(RuntimeError):
    """The role could not be made or given its rights; the message is French and says what to do."""


def journals() -> list[type[Model]]:
    """Return the models whose rows are traces: journals, row history and its context."""
    return [
        model
        for model in apps.get_models()
        if model._meta.managed
        and not model._meta.proxy
        and (
            WRITTEN_ONCE in getattr(model._meta, "triggers", ())
            or issubclass(model, Event)
            or model._meta.db_table == Context._meta.db_table
        )
    ]


def grant() -> str:
    """Give the application's role what it needs on the tables as they are now, and return its name ("": no role).

    The role is made when it is missing. Done again, it changes nothing; to be done after each migration.
    """
    role: str = settings.MAILLAGE_DB_ROLE
    if not role:
        return ""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            _make(cursor, role)
            cursor.execute(_compose(CONTEXT + GRANTS, role, _schema(cursor)))
    except ProgrammingError as error:
        raise PrivilegesError(
            f"Le rôle « {role} » n’a pas pu être créé ou habilité par ce compte\u202f: {error}\n"
            f"Faites exécuter par l’administrateur du serveur\u202f: create role {role}; grant {role} to <ce compte>;\n"
            "ou acceptez que l’application soit propriétaire des journaux\u202f: MAILLAGE_DB_ROLE="
        ) from error
    return role


def _make(cursor: Any, role: str) -> None:
    """Make the role when it is missing, and let the current account take it.

    On the embedded server it signs in by the private socket; elsewhere the administrator decides (ALTER ROLE … LOGIN).
    """
    name = sql.Identifier(role)
    login = sql.SQL("login" if settings.EMBEDDED_POSTGRES else "nologin")
    if not _exists(cursor, role):
        try:
            with transaction.atomic():
                cursor.execute(sql.SQL("create role {} {} nosuperuser nocreatedb nocreaterole").format(name, login))
        except DatabaseError:
            if not _exists(cursor, role):  # else another base of the same server has just made it
                raise
    cursor.execute("select pg_has_role(current_user, %s, %s)", [role, "SET" if _knows_set(cursor) else "MEMBER"])
    if not cursor.fetchone()[0]:
        cursor.execute(sql.SQL("grant {} to current_user").format(name))


def _exists(cursor: Any, role: str) -> bool:
    cursor.execute("select 1 from pg_roles where rolname = %s", [role])
    return cursor.fetchone() is not None


def _knows_set(cursor: Any) -> bool:
    """Tell whether being a member and being allowed to take the role are two things (PostgreSQL 16 and later)."""
    return bool(cursor.connection.info.server_version >= 160_000)


def _schema(cursor: Any) -> str:
    cursor.execute("select current_schema()")
    return str(cursor.fetchone()[0])


def _compose(text: str, role: str, schema: str) -> sql.Composed:
    tables = [sql.Identifier(model._meta.db_table) for model in journals()]
    return sql.SQL(text).format(
        role=sql.Identifier(role),
        name=sql.Literal(role),
        schema=sql.Identifier(schema),
        journals=sql.SQL(", ").join(tables),
        migrations=sql.Identifier(MIGRATIONS),
        context=sql.Identifier(Context._meta.db_table),
    )
