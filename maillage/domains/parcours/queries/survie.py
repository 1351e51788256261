"""How long persons stay in a SIAE before they leave: cohorts by year of entry, kind and département."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from maillage.domains.parcours.rules.sorties import MOIS_JOURS
from maillage.foundations.compute.survival import kaplan_meier, logrank
from maillage.foundations.kernel.secret import get_effectif_min

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOIS = tuple(range(0, 37, 3))

# One row per stay: a way out closes it, and the next contract in the same SIAE begins another.
_SEJOURS = """
with contrats as (
    select contrat.personne_id, contrat.siae_id, contrat.debut, coalesce(contrat.fin, %(on)s) as fin,
        sortie.id is not null as sorti,
        count(sortie.id) over (
            partition by contrat.personne_id, contrat.siae_id order by contrat.debut, contrat.id
            rows between unbounded preceding and 1 preceding
        ) as sejour
    from parcours_contrat contrat
    join structures_siae siae on siae.id = contrat.siae_id
    join personnes_personne personne on personne.id = contrat.personne_id
    left join parcours_sortie sortie on sortie.contrat_id = contrat.id
    where personne.departement = any(%(departements)s) and (%(type)s = '' or siae.type_siae = %(type)s)
)
select least(max(fin), %(on)s) - min(debut), bool_or(sorti), max(personne.sexe)
from contrats join personnes_personne personne on personne.id = personne_id
group by personne_id, siae_id, sejour
having min(debut) >= %(debut)s and min(debut) < %(fin)s and min(debut) <= %(on)s
"""


@dataclass(frozen=True, slots=True)
class PointSurvie:
    """The share of a cohort still there so many months after entry, in %, with its 95 % bounds (None: unknown)."""

    mois: int
    part: float
    bas: float | None
    haut: float | None


@dataclass(frozen=True, slots=True)
class Cohorte:
    """A cohort: how many stays, the months told, the median in months, the comparison of women with men.

    `effectif` None: too few to be told. `p` None: one of the two groups is too small, or nobody left.
    """

    effectif: int | None
    points: Sequence[PointSurvie]
    mediane: float | None = None
    p: float | None = None


def draw_cohorte(departements: Sequence[str], annee: int, on: date, type_siae: str = "") -> Cohorte:
    """Return the cohort of those who entered in a year, in one query.

    The curve stops where fewer than the threshold of secrecy are still followed: what is beyond rests on a few.
    """
    least = get_effectif_min(on)
    with connection.cursor() as cursor:
        cursor.execute(
            _SEJOURS,
            {
                "on": on,
                "departements": list(departements),
                "type": type_siae,
                "debut": date(annee, 1, 1),
                "fin": date(annee + 1, 1, 1),
            },
        )
        rows = cursor.fetchall()
    if len(rows) < least:
        return Cohorte(0 if not rows else None, ())
    days = np.array([max(row[0], 0) for row in rows], np.float64)
    gone = np.array([row[1] for row in rows], np.bool_)
    sexes = np.array([row[2] for row in rows])
    curve = kaplan_meier(days, gone)
    points = []
    for mois in MOIS:
        if (days >= mois * MOIS_JOURS).sum() < least:
            break
        part, bas, haut = curve.at(mois * MOIS_JOURS)
        points.append(PointSurvie(mois, 100 * part, *(None if np.isnan(x) else 100 * x for x in (bas, haut))))
    mediane = None if curve.mediane is None else curve.mediane / MOIS_JOURS
    return Cohorte(len(rows), points, mediane, _compare(days, gone, sexes, least))


def _compare(days: NDArray[np.float64], gone: NDArray[np.bool_], sexes: NDArray[np.str_], least: int) -> float | None:
    known = np.isin(sexes, ["F", "H"])
    women = sexes[known] == "F"
    if min(women.sum(), (~women).sum()) < least or not gone[known].any():
        return None
    try:
        return logrank(days[known], gone[known], women)[1]
    except ValueError:
        return None
