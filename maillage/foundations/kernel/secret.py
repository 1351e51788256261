"""The threshold of secrecy: under how many people no figure about them is shown. One for the whole software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.templatetags.ui import nombre

if TYPE_CHECKING:
    from datetime import date

EFFECTIF_MIN = "kernel.secret_effectif_min"


def get_effectif_min(on: date | None = None) -> int:
    """Return how many people a figure must speak of to be shown, on a day: today by default."""
    return int(get_parametre(EFFECTIF_MIN, on=on or timezone.localdate()).value)


def describe_secret(on: date | None = None) -> str:
    """Tell what « secret » means in a table of people."""
    least = nombre(get_effectif_min(on))
    return f"«\u202fsecret\u202f»\u202f: au moins une personne et moins de {least}, ou de quoi les retrouver."
