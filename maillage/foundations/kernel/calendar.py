"""Delays counted in calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later (earlier, when negative), or the last day of a shorter month.

    As regulation (CEE, Euratom) n° 1182/71, art. 3, 2, c counts them.
    """
    year, rank = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, rank + 1, min(day.day, monthrange(year, rank + 1)[1]))
