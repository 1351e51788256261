"""How the identifiers of organisations are written."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def siret(digits: str) -> str:
    """Write a SIRET in groups, as people read it: 356 000 000 00048, with no-break spaces."""
    return "\u00a0".join((digits[:3], digits[3:6], digits[6:9], digits[9:]))
