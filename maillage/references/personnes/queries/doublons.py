"""Files that may be of one and the same person: same day of birth, names that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

# How much of their trigrams two names share at least, from 0 to 1, whatever their order, accents and capitals:
# « Martin Léa » and « LÉA MARTIN » are at 1, « Dupont Jean » and « Dupond Jean » at 0.6, two others under 0.3.
SIMILARITY = 0.45


@dataclass(frozen=True, slots=True)
class Doublon:
    """Two files alike: `gardee` is the oldest, `ressemblance` how alike the names are, from 0 to 1."""

    gardee: Personne
    autre: Personne
    ressemblance: float


def list_doublons(user: User) -> list[Doublon]:
    """Return the pairs of visible files that may be of one person, the likeliest first; two queries.

    Two files that bear two different NIR are of two persons. A person is compared with those born the same day alone.
    """
    seen = visible_to(user).filter(date_naissance__isnull=False)
    pairs = _pairs(seen)
    persons = Personne.objects.defer("nir").in_bulk({pk for first, second, _ in pairs for pk in (first, second)})
    return [Doublon(persons[first], persons[second], likeness) for first, second, likeness in pairs]


def find_kept(public_id: str) -> Personne | None:
    """Return the file into which that of an address was merged, if it was."""
    gone = Personne.objects.filter(public_id=public_id).select_related("fusionnee_dans").first()
    return gone.fusionnee_dans if gone else None


def _pairs(seen: QuerySet[Personne]) -> list[tuple[int, int, float]]:
    """Return the keys of the pairs, joined by the database on the day of birth."""
    keys, params = seen.values("pk").query.sql_with_params()
    # The condition on the persons is compiled by Django; every value is a parameter.
    query = f"""
        with vues as materialized (
            select p.id, p.nom_recherche, p.date_naissance, p.nir_empreinte
            from personnes_personne p where p.id in ({keys})
        )
        select a.id, b.id, similarity(a.nom_recherche, b.nom_recherche)
        from vues a join vues b on b.date_naissance = a.date_naissance and b.id > a.id
        where similarity(a.nom_recherche, b.nom_recherche) >= %s
        and not coalesce(a.nir_empreinte <> b.nir_empreinte, false)
        order by 3 desc, a.id, b.id
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [*params, SIMILARITY])
        return list(cursor.fetchall())
