"""Travel times between the units of a region, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from maillage.references.territoires.models import Trajet

if TYPE_CHECKING:
    from maillage.references.territoires.enums import Mode
    from maillage.references.territoires.queries.geographie import FloatArray, Geographie, IntArray

BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Matrice:
    """The travel times of one mode: parallel arrays of pairs (positions of the units, minutes).

    `connues` tells the units that the matrix knows, as a place to leave from or to reach: of the others, nothing is
    known, which is not the same as being far.
    """

    mode: Mode
    annee: int
    sources: tuple[str, ...]
    origines: IntArray
    destinations: IntArray
    minutes: FloatArray
    connues: BoolArray


def list_modes(region: str) -> dict[str, int]:
    """Return the modes that a matrix of the region describes, each with its newest year. One query."""
    rows = Trajet.objects.filter(origine__region=region).order_by("mode")
    return dict(rows.values_list("mode").annotate(Max("annee")))


def get_matrice(geographie: Geographie, mode: Mode, annee: int) -> Matrice:
    """Return the travel times between the units of a geography in one vintage of a matrix. One query."""
    rows = Trajet.objects.filter(origine_id__in=geographie.pks.tolist(), mode=mode, annee=annee)
    origins = {pk: position for position, pk in enumerate(geographie.pks.tolist())}
    units = {code: position for position, code in enumerate(geographie.codes.tolist())}
    origines: list[int] = []
    destinations: list[int] = []
    minutes: list[int] = []
    sources: set[str] = set()
    for origine, codes, times, source in rows.values_list("origine_id", "destinations", "minutes", "source"):
        sources.add(source)
        origines += [origins[origine]] * len(codes)
        destinations += [units.get(code, -1) for code in codes]
        minutes += times
    start, end = np.array(origines, dtype=np.intp), np.array(destinations, dtype=np.intp)
    inside = end >= 0
    start, end = start[inside], end[inside]
    connues = np.zeros(len(geographie.codes), dtype=np.bool_)
    connues[start] = connues[end] = True
    times_array = np.array(minutes, dtype=np.float64)[inside]
    return Matrice(mode, annee, tuple(sorted(filter(None, sources))), start, end, times_array, connues)
