"""From typed lines to the zones of the territories.

The whole file goes at once: a line about a city gives way to those about its arrondissements, wherever they stand.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Max

from maillage.interfaces.imports.source import Outcome
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.services.zonages import record_zonage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.source import Change, Context
    from maillage.interfaces.imports.zonages.reader import LigneZonage
    from maillage.references.territoires.services.zonages import Resultat

# From the weakest to the strongest: what a line is said to have done is the most it did.
_STRENGTH: tuple[Change | None, ...] = (None, "inchange", "modifie", "cree")


def open_mapper(context: Context) -> Callable[[Sequence[LigneZonage]], list[Outcome]]:
    """Record one zoning after the other; a line fails when none of its zones can be kept."""

    current = Territoire.objects.unites().aggregate(newest=Max("millesime"))["newest"] or context.on.year

    def record(lines: Sequence[LigneZonage]) -> list[Outcome]:
        zonings: defaultdict[tuple[Maille, int], dict[int, tuple[str, str, str]]] = defaultdict(dict)
        for position, line in enumerate(lines):
            for maille, code, nom, millesime in line.zones:
                zonings[Maille(maille), millesime or current][position] = (line.commune, code, nom)
        results: defaultdict[int, list[Resultat]] = defaultdict(list)
        for (maille, millesime), placed in zonings.items():
            done = record_zonage(
                maille=maille,
                lignes=list(placed.values()),
                millesime=millesime,
                source=context.provenance,
                actor=context.actor,
                on=context.on,
            )
            for position, result in zip(placed, done, strict=True):
                results[position].append(result)
        return [_merge(results[position]) for position in range(len(lines))]

    return record


def _merge(results: list[Resultat]) -> Outcome:
    changes = [result.change for result in results if result.change]
    reasons = tuple(result.refusal for result in results if result.refusal)
    if not changes:
        return Outcome(None, reasons)
    return Outcome(max(changes, key=_STRENGTH.index), warnings=reasons)
