"""Write rows by hundreds of thousands: COPY into a temporary table, one INSERT, one more for the history.

Every constraint and every trigger holds but one, named here: the trigger that copies each inserted row into the history
is passed, and one statement writes the same lines. It was half of the time: for each row it asks for two settings that
do not exist and catches the errors. Foreign keys are checked table by table and not at the end of the transaction:
catching an error walks through all the checks that wait, and a row took up to 4 ms behind those of 100 000.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.apps import apps
from django.db import connection
from psycopg.sql import SQL, Composed, Identifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model

NULL = "\\N"  # of the text format of COPY
HISTORY = "insert_insert"  # the trigger by which django-pghistory remembers an insertion


def reserve(model: type[Model], count: int) -> list[int]:
    """Return keys that nobody else will bear, in growing order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def pour(model: type[Model], columns: Mapping[str, Sequence[str]]) -> int:
    """Insert rows given by columns of texts, keys included, in a transaction; return how many. `NULL` is null."""
    tracked = any(getattr(each, "pgh_tracked_model", None) is model for each in apps.get_models())
    lines = ["\t".join(row) for row in zip(*columns.values(), strict=True)]
    parts = {
        "table": Identifier(model._meta.db_table),
        "waiting": Identifier(f"demo_{model._meta.db_table}"),
        "names": SQL(", ").join(map(Identifier, columns)),
    }
    with connection.cursor() as cursor:
        # Triggers plan their questions on what a table holds at first, nothing: they would read it whole, row by row.
        cursor.execute("set constraints all immediate; set local enable_seqscan = off")
        cursor.execute(
            SQL("create temporary table {waiting} as select {names} from {table} with no data").format(**parts)
        )
        with cursor.copy(SQL("copy {waiting} from stdin").format(**parts)) as copy:
            copy.write("".join(f"{line}\n" for line in lines))
        with pgtrigger.ignore(f"{model._meta.label}:{HISTORY}") if tracked else nullcontext():
            cursor.execute(SQL("insert into {table} ({names}) select {names} from {waiting}").format(**parts))
        cursor.execute(SQL("analyze {table}; set local enable_seqscan = on").format(**parts))
        if tracked:
            cursor.execute(_remember(model, parts))
        cursor.execute(SQL("drop table {waiting}").format(**parts))
    return len(lines)


def _remember(model: type[Model], parts: Mapping[str, Any]) -> Composed:
    """Return what the trigger of django-pghistory would have written of the rows just inserted."""
    [history] = [each for each in apps.get_models() if getattr(each, "pgh_tracked_model", None) is model]
    fields = [each for each in history._meta.local_concrete_fields if not each.generated]
    kept = [str(each.column) for each in fields if not each.name.startswith("pgh_")]
    return SQL(
        "insert into {history} ({kept}, pgh_obj_id, pgh_label, pgh_created_at, pgh_context_id)"
        " select {read}, row.id, 'insert', now(), (select _pgh_attach_context())"
        " from {table} row join {waiting} using (id)"
    ).format(
        history=Identifier(history._meta.db_table),
        kept=SQL(", ").join(map(Identifier, kept)),
        read=SQL(", ").join(SQL("row.{}").format(Identifier(name)) for name in kept),
        **parts,
    )
