"""Codes of yesterday's communes, and what they have become."""

from __future__ import annotations

from maillage.references.territoires.models import PassageCog


def current_code(code: str, millesime: int) -> str:
    """Return the code that stands for `code` in a vintage: itself when it never changed, else its successor's."""
    successor = PassageCog.objects.filter(ancien_code=code, millesime=millesime).values_list("code", flat=True).first()
    return successor or code


def current_codes(millesime: int) -> dict[str, str]:
    """Return every vanished code with its successor in a vintage, for a whole file at once."""
    return dict(PassageCog.objects.filter(millesime=millesime).values_list("ancien_code", "code"))


def list_anciens(code: str, millesime: int) -> list[tuple[str, str]]:
    """Return the codes and names of the former communes that make up `code` in a vintage, by code."""
    former = PassageCog.objects.filter(code=code, millesime=millesime).order_by("ancien_code")
    return list(former.values_list("ancien_code", "ancien_nom"))
