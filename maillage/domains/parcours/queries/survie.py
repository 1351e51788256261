"""How long persons stay in a SIAE before they leave: cohorts by year of entry, kind, public, département, trade.

A cohort is told by one axis at a time. Its whole is known: of the strata of an axis, those that would lead to a few are
withheld with others, so that no subtraction finds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from maillage.domains.parcours.rules.eligibilite import AGE_JEUNE, AGE_SENIOR
from maillage.domains.parcours.rules.sorties import MOIS_JOURS
from maillage.foundations.compute.secrecy import withhold_line
from maillage.foundations.compute.survival import kaplan_meier, logrank
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.economie.models import Rome
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Masks = Mapping[str, NDArray[np.bool_]]

MOIS = tuple(range(0, 37, 3))

# One row per stay: a way out closes it, and the next contract in the same SIAE begins another.
_SEJOURS = """
with contrats as (
    select contrat.personne_id, contrat.siae_id, contrat.debut, coalesce(contrat.fin, %(on)s) as fin,
        sortie.id is not null as sorti, siae.type_siae, rome.code as rome,
        count(sortie.id) over (
            partition by contrat.personne_id, contrat.siae_id order by contrat.debut, contrat.id
            rows between unbounded preceding and 1 preceding
        ) as sejour
    from parcours_contrat contrat
    join structures_siae siae on siae.id = contrat.siae_id
    join personnes_personne personne on personne.id = contrat.personne_id
    left join parcours_sortie sortie on sortie.contrat_id = contrat.id
    left join economie_rome rome on rome.id = contrat.rome_id
    where personne.departement = any(%(departements)s)
), sejours as (
    select personne_id, least(max(fin), %(on)s) - min(debut) as jours, bool_or(sorti) as sorti,
        max(type_siae) as type_siae, (array_agg(rome order by debut desc))[1] as rome
    from contrats
    group by personne_id, siae_id, sejour
    having min(debut) >= %(debut)s and min(debut) < %(fin)s and min(debut) <= %(on)s
)
select jours, sorti, type_siae, personne.departement, coalesce(rome, ''),
    case personne.sexe when 'F' then true when 'H' then false end,
    case when rsa like 'OUI%%' then true when rsa = 'NON' then false end,
    duree_chomage = 4, qpv, rqth,
    %(annee)s - extract(year from date_naissance) >= %(senior)s,
    %(annee)s - extract(year from date_naissance) < %(jeune)s
from sejours
join personnes_personne personne on personne.id = sejours.personne_id
left join parcours_situation situation on situation.personne_id = sejours.personne_id
"""

# The axes by which a cohort is told, and the publics among them, in the order of the query.
AXES = {"type": "type de SIAE", "public": "public, à l’entrée", "rome": "métier", "departement": "département"}
PUBLICS = {
    "femmes": "femmes",
    "brsa": "bénéficiaires du RSA",
    "deld": "deux ans et plus sans emploi",
    "qpv": "habitants des QPV",
    "rqth": "personnes en situation de handicap",
    "seniors": "50 ans ou plus",
    "jeunes": "moins de 26 ans",
}
REPERES = (6, 12, 24)  # the months at which strata are compared


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


@dataclass(frozen=True, slots=True)
class Strate:
    """A part of a cohort. `p` compares it with the rest, times the number of strata compared (Bonferroni)."""

    code: str
    libelle: str
    cohorte: Cohorte
    p: float | None = None

    @property
    def nombre(self) -> int:
        """The entries, to sort by; those withheld last."""
        return self.cohorte.effectif or 0

    def a(self, mois: int) -> PointSurvie | None:
        """Return who is still there after some months; None where too few are followed, or when it is withheld."""
        return next((each for each in self.cohorte.points if each.mois == mois), None)


@dataclass(frozen=True, slots=True)
class Sejours:
    """Stays: their days, whether they ended, and the strata that each is of, by axis.

    `connus`: of whom it is known whether they are of a public. `dites`: the strata that may be told.
    """

    jours: NDArray[np.float64]
    sortis: NDArray[np.bool_]
    femmes: NDArray[np.object_]
    strates: Mapping[str, Masks]
    connus: Masks
    dites: Mapping[str, frozenset[str]]


def read_sejours(departements: Sequence[str], annee: int, on: date) -> Sejours:
    """Return the stays that began in a year, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SEJOURS,
            {
                "on": on,
                "departements": list(departements),
                "annee": annee,
                "debut": date(annee, 1, 1),
                "fin": date(annee + 1, 1, 1),
                "senior": AGE_SENIOR,
                "jeune": AGE_JEUNE,
            },
        )
        rows = np.array(cursor.fetchall(), dtype=object).reshape(-1, 5 + len(PUBLICS))
    least = get_effectif_min(on)
    places = {"type": 2, "departement": 3, "rome": 4}
    strates = {axe: {code: rows[:, place] == code for code in set(rows[:, place])} for axe, place in places.items()}
    dites = {axe: _tell(masks, least) for axe, masks in strates.items()}
    # Each département has its page, and no sum of them is told: it stands alone.
    dites["departement"] = frozenset(c for c, mask in strates["departement"].items() if mask.sum() >= least)
    publics = {code: rows[:, 5 + n] for n, code in enumerate(PUBLICS)}
    strates["public"] = {code: np.array([each is True for each in of], np.bool_) for code, of in publics.items()}
    connus = {code: np.array([each is not None for each in of], np.bool_) for code, of in publics.items()}
    dites["public"] = frozenset(
        code
        for code, mask in strates["public"].items()
        if code in _tell({code: mask, "non": connus[code] & ~mask, "inconnu": ~connus[code]}, least)
    )
    jours, sortis = np.maximum(rows[:, 0].astype(np.float64), 0), rows[:, 1].astype(np.bool_)
    return Sejours(jours, sortis, rows[:, 5], strates, connus, dites)


def _tell(masks: Masks, least: int) -> frozenset[str]:
    """Return the strata of a whole that may be told."""
    hidden = withhold_line(np.array([mask.sum() for mask in masks.values()], np.int64), least)
    return frozenset(code for code, tu in zip(masks, hidden, strict=True) if not tu)


def draw_cohorte(sejours: Sejours, on: date, axe: str = "", code: str = "") -> Cohorte:
    """Return a cohort, or one of its strata.

    The curve stops where fewer than the threshold of secrecy are still followed: what is beyond rests on a few.
    """
    least = get_effectif_min(on)
    kept = sejours.strates[axe].get(code, np.zeros(sejours.jours.size, np.bool_)) if axe else sejours.jours >= 0
    days, gone = sejours.jours[kept], sejours.sortis[kept]
    if days.size < least or (axe and code not in sejours.dites[axe]):
        return Cohorte(None if days.size else 0, ())
    curve = kaplan_meier(days, gone)
    points = []
    for mois in MOIS:
        if (days >= mois * MOIS_JOURS).sum() < least:
            break
        part, bas, haut = curve.at(mois * MOIS_JOURS)
        points.append(PointSurvie(mois, 100 * part, *(None if np.isnan(x) else 100 * x for x in (bas, haut))))
    mediane = None if curve.mediane is None else curve.mediane / MOIS_JOURS
    known = np.array([each is not None for each in sejours.femmes[kept]], np.bool_)
    women = sejours.femmes[kept][known].astype(np.bool_)
    return Cohorte(days.size, points, mediane, _compare(days[known], gone[known], women, least))


def compare_strates(sejours: Sejours, on: date, axe: str) -> list[Strate]:
    """Return the strata of an axis, those withheld too, each compared with the rest of the cohort."""
    least = get_effectif_min(on)
    codes = sorted(code for code, mask in sejours.strates[axe].items() if mask.any())
    labels = name_strates(axe, codes)
    tests = {code: _against_rest(sejours, axe, code, least) for code in codes if code in sejours.dites[axe]}
    number = sum(p is not None for p in tests.values())
    found = []
    for code in codes:
        p = tests.get(code)
        corrected = None if p is None else min(1.0, p * number)
        found.append(Strate(code, labels[code], draw_cohorte(sejours, on, axe, code), corrected))
    return found


def _against_rest(sejours: Sejours, axe: str, code: str, least: int) -> float | None:
    """Compare a stratum with the others; of a public, those of whom it is not known are of neither side."""
    known = sejours.connus[code] if axe == "public" else sejours.jours >= 0
    return _compare(sejours.jours[known], sejours.sortis[known], sejours.strates[axe][code][known], least)


def name_strates(axe: str, codes: Sequence[str]) -> dict[str, str]:
    """Return how strata are called; one query for trades, none otherwise."""
    if axe == "rome":
        rows = Rome.objects.filter(code__in=codes).values_list("code", "libelle")
        names = {code: f"{libelle} ({code})" for code, libelle in rows}
    else:
        names = PUBLICS if axe == "public" else dict(TypeSiae.choices) if axe == "type" else {}
    return {code: names.get(code, code or "non renseigné") for code in codes}


def _compare(days: NDArray[np.float64], gone: NDArray[np.bool_], first: NDArray[np.bool_], least: int) -> float | None:
    """Return the p-value of the log-rank test of a group against the others; None when either is too small."""
    if min(first.sum(), (~first).sum()) < least or not gone.any():
        return None
    try:
        return logrank(days, gone, first)[1]
    except ValueError:
        return None
