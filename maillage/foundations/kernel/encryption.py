"""Secrets at rest: a column that the database sees only encrypted, and a keyed hash to find it by.

Keys come from `MAILLAGE_CLES` (comma-separated, the first one encrypts, all decrypt): rotation is to put a new key
first, run `manage.py cles rotate`, then drop the old one. The hash has a key of its own, `MAILLAGE_CLE_EMPREINTE`,
which does not rotate: uniqueness must hold while the others do.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Sequence

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
