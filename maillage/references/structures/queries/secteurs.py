"""The taxonomy of sectors, as a reader chooses in it."""

from __future__ import annotations

from maillage.references.structures.models import Secteur


def list_choix() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the sectors by group, as choices; the first of a group (`groupe:<code>`) stands for all of it."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for secteur in Secteur.objects.select_related("groupe").order_by("groupe__ordre", "libelle"):
        everything = (f"groupe:{secteur.groupe.code}", f"{secteur.groupe.libelle} : tout")
        groups.setdefault(secteur.groupe.libelle, [everything]).append((secteur.code, secteur.libelle))
    return list(groups.items())
