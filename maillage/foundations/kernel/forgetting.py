"""Make people unknown: what each model declares of itself says what is emptied, brought back to its month, or removed.

Names leave, figures stay: statistics by month are the same before and after. Row histories follow their model. The
journals of acts and readings are written once and hold no name: they are not touched.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import connection
from django.db.models import JSONField
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from maillage.foundations.kernel.personal import Sort, belonging, declarations, target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import Model, QuerySet

    from maillage.foundations.kernel.personal import Personnel


def forget(subjects: QuerySet[Any]) -> None:
    """Forget these people in every model but their own row, which their room empties: it knows its invariants.

    Call it inside the transaction of the act, while their addresses are still known. Doing it twice changes nothing.
    The application's own role may not touch row histories (`kernel.privileges`): asked for by a page, their days wait
    for the next `manage.py retention`, which the owner runs.
    """
    for model, declared in _histories_last():
        rows = belonging(model, declared, subjects)
        if rows is None or model is subjects.model or isinstance(target(model, declared.qui), GenericForeignKey):
            continue
        if is_history(model) and not may_rewrite(model):
            continue
        if declared.disparait:
            remove(rows)
        else:
            empty(rows, declared)


def emptied(model: type[Model], declared: Personnel, row: Model) -> dict[str, Any]:
    """Return the fields of a row that change when its person is forgotten, with their new value."""
    changes = {}
    for name, champ in declared.champs.items():
        field = model._meta.get_field(name)
        value = getattr(row, name)
        after = (
            value if champ.sort == Sort.GARDE else month(value) if champ.sort == Sort.MOIS else _nothing(field, value)
        )
        if after != value:
            changes[name] = after
    return changes


def empty(rows: QuerySet[Any], declared: Personnel) -> None:
    """Empty each row, one after the other in the order of its dates.

    Periods that may not overlap never do on the way: each is shortened before the next one begins earlier.
    """
    dates = [name for name, champ in declared.champs.items() if champ.sort == Sort.MOIS]
    for row in rows.model._default_manager.filter(pk__in=rows.values("pk")).order_by(*dates, "pk"):
        if changes := emptied(rows.model, declared, row):
            rows.model._default_manager.filter(pk=row.pk).update(**changes)


def remove(rows: QuerySet[Any]) -> int:
    """Delete rows, those of a library whose models only read included; return how many."""
    keys = list(rows.values_list("pk", flat=True))
    meta = rows.model._meta
    if meta.managed:
        rows.model._default_manager.filter(pk__in=keys).delete()
    else:
        with connection.cursor() as cursor:
            delete = SQL("delete from {} where {} = any(%s)")
            cursor.execute(delete.format(Identifier(meta.db_table), Identifier(meta.pk.column)), [keys])
    return len(keys)


def is_history(model: type[Model]) -> bool:
    """Tell whether the rows of a model follow those of another."""
    return hasattr(model, "pgh_tracked_model")


def may_rewrite(model: type[Model]) -> bool:
    """Tell whether the current role of the database may change these rows."""
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege(%s, 'update')", [model._meta.db_table])
        return bool(cursor.fetchone()[0])


def month(value: date | datetime | None) -> date | datetime | None:
    """Return the first day of the month of a date; of a moment, its first instant, Paris time."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return value.replace(day=1) if value is not None else None


def _nothing(field: Any, value: Any) -> Any:
    """Return what an emptied field holds."""
    if field.null:
        return None
    return type(value)() if isinstance(field, JSONField) else field.get_default()


def _histories_last() -> Iterator[tuple[type[Model], Personnel]]:
    """Yield the declarations, row histories after the rows: emptying a row writes its history once more."""
    yield from sorted(declarations(), key=lambda pair: is_history(pair[0]))
