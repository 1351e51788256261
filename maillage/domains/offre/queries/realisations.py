"""Whom the SIAE employ: sums by département, kind, public and year, under secrecy.

A public of a year is one table, départements by kinds, published with its totals: the region is its last row, all kinds
its last column. A count is withheld when it, or what it leaves out of the employees, is that of 1 to 4 people, or would
lead back to such a one (`compute/secrecy`). A SIAE counts in the département of its principal site.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.db.models import Sum

from maillage.domains.offre.models import RealisationPublic
from maillage.domains.offre.queries.territoires import list_departements
from maillage.domains.offre.rules.publics import Fourchette, tell
from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

TYPES = tuple(TypeSiae.values)
DEPARTEMENT = "siae__implantations__commune__departement"
PRINCIPALE = {"siae__implantations__principale": True}


@dataclass(frozen=True, slots=True)
class Tableau:
    """A public of a year: counts and employees by département (last row: the region) and kind (last column: all)."""

    departements: tuple[str, ...]
    effectifs: NDArray[np.int64]
    totaux: NDArray[np.int64]
    caches: NDArray[np.bool_]

    def get(self, niveau: str, code: str, type_siae: str, seuil: int) -> Fourchette | None:
        """Return what may be told of a cell; None when nothing is known of it."""
        if niveau == Niveau.DEPARTEMENT and code not in self.departements:
            return None
        row = len(self.departements) if niveau == Niveau.REGION else self.departements.index(code)
        column = TYPES.index(type_siae) if type_siae else len(TYPES)
        total = int(self.totaux[row, column])
        if not total:
            return None
        return tell(int(self.effectifs[row, column]), total, least=seuil, hidden=bool(self.caches[row, column]))


def count_realisations(publics: Collection[str], annees: Collection[int]) -> Mapping[tuple[str, int], Tableau]:
    """Return the table of each public and year that has one, in two queries."""
    departements = tuple(list_departements())
    rows = (
        RealisationPublic.objects.filter(
            **PRINCIPALE,
            public__in=publics,
            annee__in=annees,
            siae__implantations__commune__region=settings.MAILLAGE_REGION,
        )
        .values_list("public", "annee", DEPARTEMENT, "siae__type_siae")
        .annotate(Sum("effectif"), Sum("total"))
        .order_by()
    )
    shape = (2, len(departements), len(TYPES))
    cells: defaultdict[tuple[str, int], NDArray[np.int64]] = defaultdict(lambda: np.zeros(shape, np.int64))
    for public, annee, departement, kind, effectif, total in rows:
        if departement in departements:
            place = departements.index(departement), TYPES.index(kind)
            cells[public, annee][(slice(None), *place)] = effectif, total
    seuil = get_effectif_min()
    return {key: _tableau(departements, counts[0], counts[1], seuil) for key, counts in cells.items()}


def _tableau(
    departements: tuple[str, ...], effectifs: NDArray[np.int64], totaux: NDArray[np.int64], seuil: int
) -> Tableau:
    caches = withhold(effectifs, seuil) | withhold(totaux - effectifs, seuil)
    return Tableau(departements, with_totals(effectifs), with_totals(totaux), caches)


def list_dicibles(public: str) -> set[tuple[str, str, int]]:
    """Return where and when the employees of a public, all kinds together, are told: (niveau, code, annee)."""
    told = set()
    for (_, annee), tableau in count_realisations({public}, list_annees()).items():
        places = [
            *((Niveau.DEPARTEMENT.value, code) for code in tableau.departements),
            (Niveau.REGION.value, settings.MAILLAGE_REGION),
        ]
        hidden = tableau.caches[:, -1].tolist()
        told |= {(*place, annee) for place, masked in zip(places, hidden, strict=True) if not masked}
    return told


def list_annees() -> list[int]:
    """Return the years that have actuals, the latest first. One query."""
    return list(RealisationPublic.objects.order_by("-annee").values_list("annee", flat=True).distinct())
