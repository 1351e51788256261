"""The employees in insertion by département, kind and year: what may be told of their number.

The employees of a region in a year are one table, départements by kinds, published with its totals: the region is its
last row, all kinds its last column. A SIAE counts in each département where its employees are.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from django.db.models import Sum
from django.utils import timezone

from maillage.foundations.compute.secrecy import withhold
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import EffectifAnnuel
from maillage.references.territoires.enums import Niveau

EFFECTIF_MIN = "analytics.secret_effectif_min"
TYPES = tuple(TypeSiae.values)


def list_dicibles() -> set[tuple[str, str, int]]:
    """Return where and when the employees of all kinds are told, as (niveau, code, annee). One query."""
    rows = (
        EffectifAnnuel.objects.filter(salaries__isnull=False)
        .values_list("departement__region", "annee", "departement__code", "siae__type_siae")
        .annotate(Sum("salaries"))
        .order_by("departement__code")
    )
    lines: defaultdict[tuple[str, int], dict[str, list[int]]] = defaultdict(dict)
    for region, annee, departement, kind, salaries in rows:
        line = lines[region, annee].setdefault(departement, [0] * len(TYPES))
        line[TYPES.index(kind)] = salaries
    least = int(get_parametre(EFFECTIF_MIN, on=timezone.localdate()).value)
    told = set()
    for (region, annee), counts in lines.items():
        hidden = withhold(np.array(list(counts.values()), np.int64), least)[:, -1].tolist()
        places = [*((Niveau.DEPARTEMENT.value, code) for code in counts), (Niveau.REGION.value, region)]
        told |= {(*place, annee) for place, masked in zip(places, hidden, strict=True) if not masked}
    return told
