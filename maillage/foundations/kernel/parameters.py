"""Dated parameters: the figures that law or doctrine fixes, with the day, the article and the source of each value.

Every room declares its own in `parametres.toml`, beside its `apps.py`:

    [[parametre]]
    code = "diagnostics.rayon_km"          # begins with the label of the app
    label = "rayon d’accessibilité"
    unit = "km"                            # "" for a pure number

    [[parametre.values]]
    valid_from = 2018-11-01
    value = 10
    article = ""                           # the legal reference, "" when there is none
    source = "Stratégie régionale, p. 12"
    confirmed = false                      # true once read in the text that fixes it

A value holds from its day to the day before the next one. A wrong file raises `ImproperlyConfigured`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, decimal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Parametre:
    """One value of a parameter, in force on `[valid_from, valid_to)`; no `valid_to`: until further notice."""

    code: str
    label: str
    unit: str
    value: Decimal
    valid_from: date
    article: str
    source: str
    confirmed: bool
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """Say whether this value is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    @property
    def amount(self) -> str:
        """The value, every decimal of it, with its unit: 12,5 km."""
        text = decimal(self.value, len(f"{self.value:f}".partition(".")[2]))
        return f"{text}{NARROW_SPACE}{self.unit}" if self.unit else text

    @property
    def reference(self) -> str:
        """The article and the source, those that are known."""
        return " · ".join(part for part in (self.article, self.source) if part)


class ParametreInconnu(LookupError):
    """No such parameter, or none of its values is in force on that day."""


def get_parametre(code: str, *, on: date) -> Parametre:
    """Return the value of a parameter in force on a day; raise `ParametreInconnu` when there is none."""
    found = find_parametre(code, on=on)
    if found is None:
        known = ", ".join(f"{value.valid_from:%d/%m/%Y}" for value in get_history(code))
        raise ParametreInconnu(f"« {code} » n’a pas de valeur au {on:%d/%m/%Y} (valeurs à compter du {known}).")
    return found


def find_parametre(code: str, *, on: date) -> Parametre | None:
    """Return the value in force on a day, None when the parameter does not exist or has no value yet."""
    return next((value for value in catalogue().get(code, ()) if value.holds(on)), None)


def get_history(code: str) -> tuple[Parametre, ...]:
    """Return every value of a parameter, the earliest first; raise `ParametreInconnu` when it does not exist."""
    if code not in catalogue():
        raise ParametreInconnu(f"Aucun parametres.toml ne déclare « {code} ».")
    return catalogue()[code]


def list_parametres(on: date) -> list[Parametre]:
    """Return the values in force on a day, in the order of their codes."""
    return [value for values in catalogue().values() for value in values if value.holds(on)]


@cache
def catalogue() -> Mapping[str, tuple[Parametre, ...]]:
    """Return every parameter of the installed rooms with its values, the earliest first."""
    found: dict[str, tuple[Parametre, ...]] = {}
    for config in apps.get_app_configs():
        path = Path(config.path, "parametres.toml")
        if path.exists():
            found |= read(path, config.label)
    return dict(sorted(found.items()))


def read(path: Path, room: str) -> dict[str, tuple[Parametre, ...]]:
    """Read the parameters of a room; raise `ImproperlyConfigured`, naming the file and the entry, when it is wrong."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path}\u202f: {error}") from error
    found: dict[str, tuple[Parametre, ...]] = {}
    for number, table in enumerate(tables.get("parametre", []), start=1):
        try:
            values = _values(table)
            code = values[0].code
            if not code.startswith(f"{room}."):
                raise ValueError(f"le code commence par « {room}. »")
            if code in found:
                raise ValueError("ce code est déjà déclaré plus haut")
        except (KeyError, TypeError, ValueError) as error:
            entry = table.get("code", f"paramètre n° {number}")
            reason = f"il manque {error}" if isinstance(error, KeyError) else error
            raise ImproperlyConfigured(f"{path}, « {entry} »\u202f: {reason}") from error
        found[code] = values
    return found


def _values(table: Mapping[str, Any]) -> tuple[Parametre, ...]:
    """Return the values of one `[[parametre]]`, each ending where the next begins."""
    texts = {key: _of_type(str, table, key) for key in ("code", "label", "unit")}
    values = sorted(
        (
            Parametre(
                **texts,
                value=_number(entry),
                valid_from=_day(entry),
                article=_of_type(str, entry, "article"),
                source=_of_type(str, entry, "source"),
                confirmed=_of_type(bool, entry, "confirmed"),
            )
            for entry in table["values"]
        ),
        key=lambda value: value.valid_from,
    )
    if not values:
        raise ValueError("aucune valeur")
    ended = [replace(value, valid_to=following.valid_from) for value, following in pairwise(values)]
    if any(value.valid_from == value.valid_to for value in ended):
        raise ValueError("deux valeurs à compter du même jour")
    return (*ended, values[-1])


def _of_type(kind: type, table: Mapping[str, Any], key: str) -> Any:
    if not isinstance(table[key], kind):
        raise TypeError(f"« {key} » n’a pas le bon type\u202f: {table[key]!r}")
    return table[key]


def _number(entry: Mapping[str, Any]) -> Decimal:
    value = entry["value"]
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not Decimal(value).is_finite():
        raise TypeError(f"« value » n’est pas un nombre\u202f: {value!r}")
    return Decimal(value)


def _day(entry: Mapping[str, Any]) -> date:
    if isinstance(entry["valid_from"], datetime):
        raise TypeError("« valid_from » est un jour, sans heure")
    day: date = _of_type(date, entry, "valid_from")
    return day
