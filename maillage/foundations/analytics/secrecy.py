"""What may be told of a figure that counts people, and of its breakdowns.

The counts of a figure are its numerator and, when it has a denominator, what the numerator leaves of it: both are
masked, and a cell is told when neither is withheld.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from maillage.foundations.analytics.declarations import Forme
from maillage.foundations.compute.secrecy import withhold, withhold_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from maillage.foundations.analytics.declarations import Cellule, Ventilation

Row: TypeAlias = "Mapping[str, Any]"
Key: TypeAlias = tuple[str, str, int, str]  # niveau, code, annee, modality
Parts: TypeAlias = "Mapping[Ventilation | None, Sequence[Row]]"
REGION = "region"


def key(row: Row) -> Key:
    """Return what a value is known by within its axis."""
    return row["niveau"], row["territoire"], row["annee"], row["modalite"]


def counts(rows: Sequence[Row]) -> NDArray[np.int64]:
    """Return the counts of rows: one line of numerators, then one of what they leave when there is a denominator."""
    above = np.array([row["numerateur"] or 0 for row in rows], np.int64)
    below = np.array([row["denominateur"] or 0 for row in rows], np.int64)
    with_rest = any(row["denominateur"] is not None for row in rows)
    return np.stack([above, below - above] if with_rest else [above])


def list_told(
    parts: Parts, dicibles: Collection[Cellule] | None, least: int
) -> dict[Ventilation | None, Collection[Key]]:
    """Return the cells told by territory (None) and by each breakdown.

    `dicibles` are those of the page of the room, by territory and for the `TABLE`; None: it shows none. The modalities
    of a region are told only when its whole is: their sum would give it.
    """
    table = next((each for each in parts if each and each.forme is Forme.TABLE), None)
    if dicibles is None:
        told = _of_table(parts[None], parts[table] if table else (), least)
    else:
        told = {(*cell, "") if len(cell) == 3 else cell for cell in dicibles}
    wholes = {cell[:3] for cell in told if not cell[3]}
    found: dict[Ventilation | None, Collection[Key]] = {None: told}
    for each, rows in parts.items():
        if each is not None:
            kept = [row for row in rows if each.forme is Forme.PROPRE or key(row)[:3] in wholes]
            found[each] = told if each.forme is Forme.TABLE else _MASKS[each.forme](kept, least)
    return found


def _by(rows: Sequence[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


def _of_table(wholes: Sequence[Row], cells: Sequence[Row], least: int) -> set[Key]:
    """Return what a table of départements by modalities tells, year by year, its totals being published with it."""
    told: set[Key] = set()
    by_year = _by(cells or wholes, "annee")
    regions = {row["annee"]: row["territoire"] for row in wholes if row["niveau"] == REGION}
    for (annee,), rows in by_year.items():
        inside = [row for row in rows if row["niveau"] != REGION]
        codes = sorted({row["territoire"] for row in inside})
        names = sorted({row["modalite"] for row in inside})
        if not inside:
            continue
        numbers = counts(inside)
        grid = np.zeros((len(numbers), len(codes), len(names)), np.int64)
        for place, row in enumerate(inside):
            grid[:, codes.index(row["territoire"]), names.index(row["modalite"])] += numbers[:, place]
        mask = np.any([withhold(layer, least) for layer in grid], axis=0)
        places = [*(("departement", code) for code in codes), (REGION, regions.get(annee, ""))]
        # Without modalities, the whole of a département is its only cell.
        columns = [*names, ""] if cells else [""]
        told |= {
            (niveau, code, annee, name)
            for line, (niveau, code) in enumerate(places)
            for column, name in enumerate(columns)
            if not mask[line, column]
        }
    return told


def _of_lines(rows: Sequence[Row], least: int) -> set[Key]:
    """Return the modalities told of each territory and year, whose total is known."""
    told: set[Key] = set()
    for group in _by(rows, "niveau", "territoire", "annee").values():
        mask = np.any([withhold_line(line, least) for line in counts(group)], axis=0)
        told |= {key(row) for row, hidden in zip(group, mask, strict=True) if not hidden}
    return told


def _of_each(rows: Sequence[Row], least: int) -> set[Key]:
    """Return the cells told to those whom they speak of: each stands alone."""
    if not rows:
        return set()
    numbers = counts(rows)
    small = np.any((numbers > 0) & (numbers < least), axis=0)
    return {key(row) for row, hidden in zip(rows, small, strict=True) if not hidden}


_MASKS: Mapping[Forme, Callable[[Sequence[Row], int], set[Key]]] = {Forme.LIGNE: _of_lines, Forme.PROPRE: _of_each}
