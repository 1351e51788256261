"""What the tables of the ASP (fluxIAE) have in common: how they write days and yes or no, and their outcomes."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from maillage.interfaces.imports.source import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.parcours.services.flux import Resultat
    from maillage.interfaces.imports.reading.values import Values

PRODUCER = "ASP, extranet IAE 2.0 (fluxIAE)"
LICENCE = "données personnelles : réservées à la mission d’insertion, jamais publiées"
RHYTHM = "une fois par semaine"
FORMATS = ("CSV", "XLSX", "ODS")
# A service that works by sets is quicker on more lines; each slice is still one transaction.
SLICE = 5000

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?|(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_BOOLEANS = {
    **dict.fromkeys(("true", "t", "vrai", "oui", "o", "1"), True),
    **dict.fromkeys(("false", "f", "faux", "non", "n", "0"), False),
}


@lru_cache(maxsize=50_000)
def parse_day(text: str) -> date | None:
    """Return the day that « 05/01/2026 » or « 2026-01-05 » writes, the time of day aside; None when it is none."""
    if not (match := _DAY.fullmatch(text)):
        return None
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    try:
        return date(int(year), int(month), int(day)) if year else date(int(iso_year), int(iso_month), int(iso_day))
    except ValueError:
        return None


def read_day(values: Values, column: str, *, required: bool = False, first: int = 1990) -> date | None:
    """Return a day between the year `first` and 2100; note the fault of a cell that holds none."""
    text = values.text(column, required=required, longest=30)
    if not text:
        return None
    day = parse_day(text)
    if day is None or not first <= day.year <= 2100:
        values.fault(column, "date_impossible", f"« {text} » n’est pas un jour possible : écrivez-le 05/01/2026.")
        return None
    return day


def read_boolean(values: Values, column: str) -> bool | None:
    """Return yes or no; anything else is unknown."""
    return _BOOLEANS.get(values.text(column).casefold())


def read_number(values: Values, column: str, *, required: bool = False) -> str:
    """Return the number of a row of the ASP, without the « .0 » that some tools add to it."""
    text = values.text(column, required=required, longest=22).removesuffix(".0")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 20):
        values.fault(column, "identifiant_illisible", f"« {text} » n’est pas un identifiant de l’ASP : des chiffres.")
    return text


def tell(results: Sequence[Resultat]) -> list[Outcome]:
    """Return the outcome of each line."""
    return [
        Outcome(each.change, (each.refusal,) if each.refusal else (), each.warnings)
        if each.refusal or each.warnings
        else _PLAIN[each.change]
        for each in results
    ]


_PLAIN = {change: Outcome(change) for change in ("cree", "modifie", "inchange", None)}
