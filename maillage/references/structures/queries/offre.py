"""The supply of insertion as arrays: what the territorial computations read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from maillage.foundations.compute.geodesy import to_lambert93
from maillage.references.structures.models import EffectifAnnuel, Implantation
from maillage.references.structures.queries.annees import get_annee_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]

FIGURES = ("salaries", "postes", "etp_realises", "etp_conventionnes")


@dataclass(frozen=True, slots=True)
class Offre:
    """The sites of the active SIAE of a region, one position per site in every array, and their figures of `annee`.

    `x`, `y` are Lambert-93 metres: the site's point, else its commune's (`precis` says which). Unknown figures are nan;
    `etp` is what was worked, or what was granted where that is not known.
    """

    region: str
    annee: int | None
    siae_pk: NDArray[np.int64]
    type: NDArray[np.str_]
    unite_code: NDArray[np.str_]
    principale: NDArray[np.bool_]
    x: Numbers
    y: Numbers
    precis: NDArray[np.bool_]
    salaries: Numbers
    postes: Numbers
    etp_realises: Numbers
    etp_conventionnes: Numbers

    @property
    def etp(self) -> Numbers:
        """Full-time equivalents: worked, else granted."""
        return np.where(np.isnan(self.etp_realises), self.etp_conventionnes, self.etp_realises)


def get_offre(region: str, *, annee: int | None = None) -> Offre:
    """Return the sites of the region (INSEE code) with the figures of `annee`, by default the year of reference.

    The figures of a SIAE in a département of the region are shared equally between its sites there; where it has none,
    they go to its first site of the region. At most three queries, whatever the size.
    """
    annee = annee or get_annee_reference()
    sites = list(
        Implantation.objects.filter(commune__region=region, siae__fin__isnull=True)
        .order_by("siae_id", "-principale", "pk")
        .values_list(
            "siae_id",
            "siae__type_siae",
            "commune__code",
            "commune__departement",
            "principale",
            "longitude",
            "latitude",
            "commune__x",
            "commune__y",
        )
    )
    siae, kinds, codes, departements, principales, *points = zip(*sites, strict=True) if sites else ((),) * 9
    longitude, latitude, commune_x, commune_y = (np.array(values, dtype=np.float64) for values in points)
    x, y = to_lambert93(longitude, latitude)
    precis = ~np.isnan(x)
    return Offre(
        region=region,
        annee=annee,
        siae_pk=np.array(siae, dtype=np.int64),
        type=np.array(kinds, dtype=np.str_),
        unite_code=np.array(codes, dtype=np.str_),
        principale=np.array(principales, dtype=np.bool_),
        x=np.where(precis, x, commune_x),
        y=np.where(precis, y, commune_y),
        precis=precis,
        **_share(list(zip(siae, departements, strict=True)), region, annee),
    )


def _share(sites: list[tuple[int, str]], region: str, annee: int | None) -> dict[str, Any]:
    """Return the figures of each site, given its SIAE and its département; sites of a SIAE come principal first."""
    columns = {name: np.full(len(sites), np.nan) for name in FIGURES}
    by_siae: defaultdict[int, list[int]] = defaultdict(list)
    for position, (siae, _) in enumerate(sites):
        by_siae[siae].append(position)
    for siae, departement, *values in _figures(by_siae, region, annee):
        here = [position for position in by_siae[siae] if sites[position][1] == departement] or by_siae[siae][:1]
        for name, value in zip(FIGURES, values, strict=True):
            if value is not None:
                column = columns[name]
                column[here] = np.nan_to_num(column[here]) + float(value) / len(here)
    return columns


def _figures(siae: Iterable[int], region: str, annee: int | None) -> Iterable[tuple[Any, ...]]:
    if annee is None:
        return []
    rows = EffectifAnnuel.objects.filter(annee=annee, siae__in=list(siae), departement__region=region)
    return rows.values_list("siae_id", "departement__code", *FIGURES)
