"""What must be true of the whole database at any moment, walked by `manage.py check_invariants`.

Constraints hold a row as it is written. This reads every row again, whatever wrote it (a restored copy, a hand in psql,
a release before the constraint), and holds what no constraint can say: sums, facts that spread over several tables.

A room declares its own, as the dotted path of a sequence in its `AppConfig`:

    invariants = ("maillage.domains.parcours.queries.invariants.INVARIANTS",)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, UniqueConstraint
from django.utils.module_loading import import_string
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

SHOWN = 5  # rows in breach that are named


@dataclass(frozen=True, slots=True)
class Invariant:
    """`label` says in French what is true; `requete` is SQL that returns the key of each row in breach: none."""

    code: str
    label: str
    requete: str | sql.Composable


@dataclass(frozen=True, slots=True)
class Constat:
    """What the walk found of one invariant: how many rows are in breach, and the keys of the first ones."""

    code: str
    label: str
    nombre: int
    exemples: tuple[str, ...] = ()


def walk() -> Iterator[Constat]:
    """Yield what is found of every invariant, in breach or not: those of the schema, then those of each room."""
    yield from _schema()
    for invariant in (*_checks(), *_references(), *_declared()):
        yield _count(invariant)


def _declared() -> Iterator[Invariant]:
    for config in apps.get_app_configs():
        for path in getattr(config, "invariants", ()):
            yield from import_string(path)


def _count(invariant: Invariant) -> Constat:
    rows = _read(
        sql.SQL("select count(*), (array_agg(cle::text))[1:{shown}] from ({requete}) as t(cle)").format(
            shown=sql.Literal(SHOWN),
            requete=sql.SQL(invariant.requete) if isinstance(invariant.requete, str) else invariant.requete,
        )
    )
    number, examples = rows[0]
    return Constat(invariant.code, invariant.label, number, tuple(examples or ()))


def _schema() -> Iterator[Constat]:
    """Compare what the models declare with what the database holds: constraints, and triggers that are on."""
    constraints = {name for (name,) in _read("select conname from pg_constraint where convalidated")}
    indexes = {name for (name,) in _read("select indexrelid::regclass::name::text from pg_index where indisvalid")}
    missing = [
        constraint.name
        for model in _models()
        for constraint in model._meta.constraints
        if constraint.name not in (constraints | indexes if isinstance(constraint, UniqueConstraint) else constraints)
    ]
    yield Constat(
        "schema.contraintes", "Chaque contrainte déclarée est dans la base.", len(missing), tuple(missing[:SHOWN])
    )
    on = {name for (name,) in _read("select tgname from pg_trigger where tgenabled <> 'D'")}
    absent = [
        f"{model._meta.db_table}\u202f: {trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.get_pgid(model) not in on
    ]
    yield Constat(
        "schema.declencheurs", "Chaque déclencheur déclaré est en service.", len(absent), tuple(absent[:SHOWN])
    )


def _checks() -> Iterator[Invariant]:
    """Yield every check constraint of the tables of the platform, to be read again on every row."""
    keys = {model._meta.db_table: model._meta.pk.column for model in _models()}
    for table, name, condition in _read(
        """
        select conrelid::regclass::text, conname, pg_get_expr(conbin, conrelid) from pg_constraint
        where contype = 'c' and conrelid <> 0 order by 1, 2
        """
    ):
        if key := keys.get(table):
            yield Invariant(
                f"contrainte.{name}",
                f"Chaque ligne de {table} respecte « {name} ».",
                sql.SQL("select {key} from {table} where ({condition}) is false").format(
                    key=sql.Identifier(key), table=sql.Identifier(table), condition=sql.SQL(condition)
                ),
            )


def _references() -> Iterator[Invariant]:
    """Yield every foreign key of the tables of the platform: what it refers to is there."""
    for model in _models():
        for field in model._meta.local_fields:
            if not isinstance(field, ForeignKey) or not field.db_constraint:  # type: ignore[attr-defined]
                continue
            target = field.related_model
            yield Invariant(
                f"reference.{model._meta.db_table}.{field.column}",
                f"Ce que « {field.verbose_name} » désigne dans {model._meta.db_table} existe.",
                sql.SQL(
                    "select {table}.{key} from {table} left join {target} cible"
                    " on cible.{target_key} = {table}.{column}"
                    " where {table}.{column} is not null and cible.{target_key} is null"
                ).format(
                    table=sql.Identifier(model._meta.db_table),
                    key=sql.Identifier(str(model._meta.pk.column)),
                    target=sql.Identifier(target._meta.db_table),
                    target_key=sql.Identifier(str(field.target_field.column)),
                    column=sql.Identifier(str(field.column)),
                ),
            )


def _models() -> list[type[Model]]:
    """Return the models whose table is the platform's own."""
    return [model for model in apps.get_models() if model._meta.managed and model.__module__.startswith("maillage.")]


def _read(query: str | sql.Composable) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
