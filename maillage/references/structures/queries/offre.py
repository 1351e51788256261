"""The supply of insertion as arrays: what the territorial computations read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from django.db.models import Q
from django.db.models.functions import Coalesce

from maillage.foundations.compute.geodesy import to_lambert93
from maillage.references.structures.models import EffectifAnnuel, Implantation
from maillage.references.structures.queries.annees import get_annee_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]

FIGURES = ("salaries", "postes", "etp", "etp_conventionnes")


@dataclass(frozen=True, slots=True)
class Offre:
    """The sites of the active SIAE of a region, one position per site in every array, and their figures of `annee`.

    `x`, `y` are Lambert-93 metres: the site's point, else its commune's (`precis` says which). Unknown figures are nan;
    `etp` is what was worked, or what was granted (`etp_conventionnes`) where that is not known. `reporte` marks a site
    that bears figures of a département where its SIAE has no site.
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
    etp: Numbers
    etp_conventionnes: Numbers
    reporte: NDArray[np.bool_]


def get_offre(region: str, *, annee: int | None = None) -> Offre:
    """Return the sites of the region (INSEE code) with the figures of `annee`, by default the year of reference.

    The figures of a SIAE in a département are shared equally between its sites there; where it has none, they go to its
    principal site, wherever that is, and `reporte` says so. So the sites of a SIAE, all regions together, bear what the
    directory gives it (`list_siae`). At most three queries, whatever the size.

    The SIAE are those in activity today; when a year is asked for, those that were in activity some day of it, whatever
    became of them, at the sites they are known at.
    """
    active = Q(siae__fin__isnull=True) if annee is None else _active_in(annee)
    annee = annee or get_annee_reference()
    present = Implantation.objects.filter(commune__region=region).values("siae")
    sites = list(
        Implantation.objects.filter(active, siae__in=present)
        .order_by("siae_id", "-principale", "pk")
        .values_list(
            "siae_id",
            "siae__type_siae",
            "commune__code",
            "commune__departement",
            "commune__region",
            "principale",
            "longitude",
            "latitude",
            "commune__x",
            "commune__y",
        )
    )
    siae, kinds, codes, departements, regions, principales, *points = zip(*sites, strict=True) if sites else ((),) * 10
    longitude, latitude, commune_x, commune_y = (np.array(values, dtype=np.float64) for values in points)
    x, y = to_lambert93(longitude, latitude)
    precis = ~np.isnan(x)
    arrays: dict[str, Any] = {
        "siae_pk": np.array(siae, dtype=np.int64),
        "type": np.array(kinds, dtype=np.str_),
        "unite_code": np.array(codes, dtype=np.str_),
        "principale": np.array(principales, dtype=np.bool_),
        "x": np.where(precis, x, commune_x),
        "y": np.where(precis, y, commune_y),
        "precis": precis,
        **_share(list(zip(siae, departements, strict=True)), annee),
    }
    here = np.array(regions, dtype=np.str_) == region
    return Offre(region, annee, **{name: values[here] for name, values in arrays.items()})


def _active_in(annee: int) -> Q:
    """Keep the SIAE in activity some day of a year; `fin` is the first day without activity."""
    begun = Q(siae__debut__isnull=True) | Q(siae__debut__year__lte=annee)
    lasting = Q(siae__fin__isnull=True) | Q(siae__fin__gt=date(annee, 1, 1))
    return begun & lasting


def _share(sites: list[tuple[int, str]], annee: int | None) -> dict[str, Any]:
    """Return the figures of each site, given its SIAE and its département; sites of a SIAE come principal first."""
    columns = {name: np.full(len(sites), np.nan) for name in FIGURES}
    reporte = np.zeros(len(sites), dtype=np.bool_)
    by_siae: defaultdict[int, list[int]] = defaultdict(list)
    for position, (siae, _) in enumerate(sites):
        by_siae[siae].append(position)
    for siae, departement, *values in _figures(by_siae, annee):
        here = [position for position in by_siae[siae] if sites[position][1] == departement]
        bearers = here or by_siae[siae][:1]
        for name, value in zip(FIGURES, values, strict=True):
            if value is not None:
                column = columns[name]
                column[bearers] = np.nan_to_num(column[bearers]) + float(value) / len(bearers)
                reporte[bearers] |= not here
    return {**columns, "reporte": reporte}


def _figures(siae: Iterable[int], annee: int | None) -> Iterable[tuple[Any, ...]]:
    """Read the figures by SIAE and département; what was granted stands in row by row for what was worked."""
    if annee is None:
        return []
    rows = EffectifAnnuel.objects.filter(annee=annee, siae__in=list(siae))
    figures = ("salaries", "postes", Coalesce("etp_realises", "etp_conventionnes"), "etp_conventionnes")
    return rows.values_list("siae_id", "departement__code", *figures)
