"""Secrets at rest: a column that the database sees only encrypted, and a keyed hash to find it by.

Keys come from `MAILLAGE_CLES` (comma-separated, the first one encrypts, all decrypt): rotation is to put a new key
first, run `manage.py cles rotate`, then drop the old one. The hash has a key of its own, `MAILLAGE_CLE_EMPREINTE`,
which does not rotate: uniqueness must hold while the others do.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from psycopg.sql import SQL, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import LiteralString

    from psycopg.sql import Composed

    TextField = models.TextField[str | None, str | None]
else:
    TextField = models.TextField


class Illisible(Exception):
    """A stored secret that none of the configured keys opens: a key was dropped before its rotation."""


@lru_cache
def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """Return what encrypts with the first key and decrypts with any."""
    return _box(tuple(settings.MAILLAGE_CLES))


def encrypt(text: str) -> str:
    """Return the text encrypted (AES-128-CBC and HMAC-SHA256, Fernet), different each time."""
    return box().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text of a token; raise `Illisible` when no key opens it."""
    try:
        return box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Illisible("Aucune clé de MAILLAGE_CLES n’ouvre cette donnée.") from error


def rotate(token: str) -> str:
    """Return the same secret under the first key; raise `Illisible` when no key opens it."""
    try:
        return box().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise Illisible("Aucune clé de MAILLAGE_CLES n’ouvre cette donnée.") from error


def fingerprint(text: str, purpose: str) -> str:
    """Return the keyed hash (HMAC-SHA256, 64 hexadecimal digits) of a text; another purpose gives another hash."""
    key = settings.MAILLAGE_CLE_EMPREINTE.encode()
    return hmac.new(key, f"{purpose}\x00{text}".encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(TextField):
    """A text that is encrypted on its way to the database. The empty text stays empty; it cannot be searched."""

    description = "texte chiffré"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text) if text else text

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow only `isnull`: a comparison with a ciphertext that changes each time is always false."""
        if lookup_name != "isnull":
            raise TypeError(f"« {self.name} » is encrypted: compare its fingerprint")
        return super().get_lookup(lookup_name)


# How many secrets a transaction of the rotation locks.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column of secrets, read as the database holds it."""

    table: str
    key: str
    name: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"

    def sql(self, text: LiteralString) -> Composed:
        """Return a query on this column: `{table}`, `{key}` and `{name}` are its own."""
        return SQL(text).format(table=Identifier(self.table), key=Identifier(self.key), name=Identifier(self.name))


def columns() -> Iterator[Colonne]:
    """Yield every encrypted column of the house, row histories included."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                yield Colonne(model._meta.db_table, str(model._meta.pk.column), str(field.column))


def key_number(token: str) -> int:
    """Return the rank of the key that opens a token (1: the one that encrypts), 0 when none does."""
    for number, key in enumerate(settings.MAILLAGE_CLES, start=1):
        try:
            Fernet(key).decrypt(token.encode())
        except InvalidToken:
            continue
        return number
    return 0


def census(column: Colonne) -> Counter[int]:
    """Count the secrets of a column by the rank of their key."""
    return Counter(key_number(token) for batch in _batches(column) for _, token in batch)


def rotate_column(column: Colonne, *, dry_run: bool = False) -> int:
    """Encrypt again under the first key what another encrypted; return how many.

    Batches are committed one by one and follow the primary key: killed, the command is run again and finds only what
    is left. A row is written only if its secret is still the one read: nobody waits, nothing is lost. Row
    histories hold no secret, and note nothing: the text is the same. Raises `Illisible` when no key opens a secret.
    """
    count = 0
    update = column.sql("update {table} set {name} = %s where {key} = %s and {name} = %s")
    for batch in _batches(column):
        stale = [(rotate(token), pk, token) for pk, token in batch if key_number(token) != 1]
        count += len(stale)
        if stale and not dry_run:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(update, stale)
    return count


def _batches(column: Colonne) -> Iterator[list[tuple[Any, str]]]:
    first = column.sql("select {key}, {name} from {table} where {name} <> '' order by {key} limit %s")
    following = column.sql(
        "select {key}, {name} from {table} where {name} <> '' and {key} > %s order by {key} limit %s"
    )
    batch: list[tuple[Any, str]] = []
    while True:
        with connection.cursor() as cursor:
            if batch:
                cursor.execute(following, [batch[-1][0], BATCH])
            else:
                cursor.execute(first, [BATCH])
            batch = cursor.fetchall()
        if not batch:
            return
        yield batch
