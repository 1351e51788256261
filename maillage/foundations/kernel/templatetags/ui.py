"""Template filters of the house: French numbers and dates, unknown values, the head of a page."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.foundations.kernel import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.core.paginator import Paginator

register = template.Library()

NARROW_SPACE = "\u202f"
INCONNU = "non renseigné"
_VOWEL = re.compile(r"[aeiouœæ]|h[eioy]|y[^aeiouy]")


@register.filter
def nombre(value: Any) -> str:
    """Write a whole number with narrow no-break spaces: 1 234 567; « non renseigné » when unknown."""
    return decimal(value, 0)


@register.filter
def decimal(value: Any, digits: int = 1) -> str:
    """Write a number with `digits` decimals and a comma: 12 345,6."""
    if _unknown(value):
        return INCONNU
    return f"{value:,.{int(digits)}f}".replace(",", NARROW_SPACE).replace(".", ",").replace("-", "−")


@register.filter
def pourcent(value: Any, digits: int = 1) -> str:
    """Write a share between 0 and 1 as a percentage: 0.123 → 12,3 %."""
    return INCONNU if _unknown(value) else f"{decimal(value * 100, digits)}{NARROW_SPACE}%"


@register.filter
def jour(value: date | None) -> str:
    """Write a date in full: 3 mars 2026, 1er mars 2026."""
    return INCONNU if value is None else formats.date_format(_local(value), _day(value) + " F Y")


@register.filter
def moment(value: datetime | None) -> str:
    """Write a date and its time, Paris time: 3 mars 2026 à 14 h 05."""
    return INCONNU if value is None else formats.date_format(_local(value), _day(value) + r" F Y à G \h i")


@register.filter
def mois_en_lettres(value: date) -> str:
    """Write a month: octobre 2026."""
    return formats.date_format(_local(value), "F Y")


@register.filter
def de(value: object) -> str:
    """Write « of a name », or of a month: de Nadia, d’Aldo, d’Hélène, d’octobre 2026."""
    return elide("de", value)


def elide(word: str, value: object) -> str:
    """Write a short word before a name, without its last letter where the name begins with a vowel or a silent h.

    The h of names is heard before a and u (de Hassan, des Hauts-de-Seine), silent before the others (d’Henri); y is a
    vowel before a consonant alone: d’Yves, de Yasmine.
    """
    name = str(value)
    bare = unicodedata.normalize("NFKD", name).lower()
    return f"{word[:-1]}’{name}" if _VOWEL.match(bare) else f"{word} {name}"


@register.filter
def valeur_ou_inconnu(value: Any) -> str | SafeString:
    """Write any value the French way; « non renseigné », in a quieter tone, when it is None or empty."""
    if value == "" or (not isinstance(value, bool) and _unknown(value)):
        return format_html('<span class="mg-unknown">{}</span>', INCONNU)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Integral):
        return nombre(value)
    if isinstance(value, (Decimal, Real)):
        return decimal(value, _decimals(value))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return formats.date_format(value, "d/m/Y")
    return value if isinstance(value, SafeString) else str(value)


@register.filter
def act_label(code: str) -> str:
    """Return what an act of the journal is called on screen."""
    return wording.act_label(code)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return the value of a key, None when it is absent."""
    return mapping.get(key)


@register.simple_tag
def brand() -> str:
    """Return the brand, for the error page that is rendered without any context."""
    return str(settings.MAILLAGE_MARQUE)


def _unknown(value: Any) -> bool:
    return value is None or value != value  # NaN is the only number that differs from itself


def _decimals(value: Any) -> int:
    """Return how many decimals to show: those of a Decimal, two at most."""
    text = f"{value:.2f}".rstrip("0")
    return len(text.partition(".")[2])


def _day(value: date) -> str:
    """Return the format of the day: the first of a month is an ordinal."""
    return r"j\e\r" if _local(value).day == 1 else "j"


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def elided(paginator: Paginator[Any], number: int) -> list[int | str]:
    """Return the page numbers to show around the current one, with ellipses."""
    return list(paginator.get_elided_page_range(number, on_each_side=2, on_ends=1))


@register.filter
def at(values: Sequence[Any], position: int) -> Any:
    """Return the value at a position counted from 1; an empty string past the end."""
    return values[int(position) - 1] if 0 < int(position) <= len(values) else ""


@register.filter
def machine(value: Any) -> str:
    """Write a number for a machine (an HTML attribute): no thousand separator, a dot."""
    return f"{value}"


@register.filter
def field_group(widget_type: str) -> str:
    """Return the DSFR class of a field's group."""
    return {
        "select": "fr-select-group",
        "selectmultiple": "fr-select-group",
        "file": "fr-upload-group",
        "clearablefile": "fr-upload-group",
    }.get(widget_type, "fr-input-group")


@register.filter
def input_class(input_type: str) -> str:
    """Return the DSFR class of an input; boxes and hidden inputs have none."""
    return {"checkbox": "mg-box", "radio": "mg-box", "hidden": "mg-hidden", "file": "fr-upload"}.get(
        input_type, "fr-input"
    )


@register.filter
def as_list(rows: Iterable[Any]) -> list[Any]:
    """Return the rows as a list, to be gone through twice."""
    return list(rows)


@register.filter
def numeric_columns(rows: Sequence[Sequence[Any]]) -> set[int]:
    """Return the positions of the columns whose known values are all numbers: they are aligned to the right."""
    kinds: dict[int, set[bool]] = {}
    for row in rows:
        for position, value in enumerate(row):
            if value is not None:
                number = isinstance(value, (Real, Decimal)) and not isinstance(value, bool)
                kinds.setdefault(position, set()).add(number)
    return {position for position, found in kinds.items() if found == {True}}
