"""Codes of yesterday's communes, and what they have become."""

from __future__ import annotations

from maillage.references.territoires.models import PassageCog


def current_codes(millesime: int) -> dict[str, str]:
    """Return every vanished code with its successor in a vintage, for a whole file at once."""
    return dict(PassageCog.objects.filter(millesime=millesime).values_list("ancien_code", "code"))
