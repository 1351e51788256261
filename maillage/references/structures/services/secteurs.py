"""Load the taxonomy of sectors that the house ships."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import transaction

from maillage.references.structures.models import GroupeSecteur, Secteur

SECTEURS = Path(__file__).parents[1] / "facts" / "secteurs.toml"


@transaction.atomic
def load_secteurs() -> int:
    """Write the taxonomy of `facts/secteurs.toml` and return how many sectors it holds; again, it changes nothing.

    A sector that the file no longer names goes, unless a SIAE works in it.
    """
    facts = tomllib.loads(SECTEURS.read_text(encoding="utf-8"))["groupe"]
    groupes = GroupeSecteur.objects.bulk_create(
        [GroupeSecteur(code=g["code"], libelle=g["libelle"], ordre=rank) for rank, g in enumerate(facts, start=1)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["libelle", "ordre"],
    )
    secteurs = Secteur.objects.bulk_create(
        [
            Secteur(groupe=groupe, **secteur)
            for groupe, fact in zip(groupes, facts, strict=True)
            for secteur in fact["secteur"]
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["groupe", "libelle", "mots", "cpv", "naf"],
    )
    Secteur.objects.exclude(code__in=[s.code for s in secteurs]).filter(activites__isnull=True).delete()
    GroupeSecteur.objects.exclude(code__in=[g.code for g in groupes]).filter(secteurs__isnull=True).delete()
    return len(secteurs)
