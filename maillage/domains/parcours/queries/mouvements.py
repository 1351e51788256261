"""How persons move from a SIAE to another: counts by kind, gaps, time spent, moves under a convention.

A **step** is all the contracts of a person in one SIAE; a **move** is the first contract of a person in another SIAE,
begun no later than `parcours.suite_delai_jours` after the last day of the contracts begun before it. It comes from the
SIAE of the contract begun just before. Coming back to a SIAE where one worked is no move; beyond the delay, the pathway
was interrupted. The gap is the number of days without a contract, 0 when contracts overlap or follow each other.

The département is that where the person lives; somebody whose file is anonymised counts as before. One statement each,
with window functions: its cost follows the contracts of one département or of one's own SIAE, not those of the region.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.rules.cooperation import PUBLICS
from maillage.domains.parcours.rules.sorties import Taux, make_taux
from maillage.domains.parcours.rules.suites import ORDRE, TRANCHES, tranche
from maillage.foundations.compute.secrecy import with_totals, withhold, withhold_line
from maillage.foundations.kernel.secret import get_effectif_min

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from maillage.references.accounts.models import User

DELAI = "suite_delai_jours"

# Every step of some persons, with where it comes from, and what follows it.
_ETAPES = """
contrats as materialized (
    select c.id, c.personne_id, c.siae_id, c.debut, coalesce(c.fin, c.fin_prevue, 'infinity') as fin
    from parcours_contrat c
    where c.debut <= %(on)s and coalesce(c.fin, c.fin_prevue, 'infinity') > c.debut and {qui}
), rangs as (
    select *, row_number() over siae as rang, max(fin) over (partition by personne_id, siae_id) as sortie,
        lag(siae_id) over personne as avant,
        max(fin) over (personne rows between unbounded preceding and 1 preceding) as libre
    from contrats
    window siae as (partition by personne_id, siae_id order by debut, id),
        personne as (partition by personne_id order by debut, id)
), etapes as (
    select personne_id, siae_id, debut as entree, sortie, avant, debut - least(libre, debut) as ecart,
        lead(avant) over suite as suivante_de, lead(debut - least(libre, debut)) over suite as ecart_suivant
    from rangs where rang = 1
    window suite as (partition by personne_id order by debut, id)
)
"""
_BY_LAND = "c.personne_id in (select id from personnes_personne where departement = %(departement)s)"
_BY_SIAE = "c.personne_id in (select personne_id from parcours_contrat where siae_id = any(%(siae)s))"

_MOUVEMENTS = (
    "with "
    + _ETAPES
    + """
select 'passage', de.type_siae, vers.type_siae, ecart, 0, true from etapes
join structures_siae vers on vers.id = siae_id join structures_siae de on de.id = avant
where entree >= %(debut)s and entree < %(fin)s and ecart <= %(delai)s and {passage}
union all
select 'sejour', siae.type_siae, '', 0, sortie - entree,
    coalesce(suivante_de = siae_id and ecart_suivant <= %(delai)s, false) from etapes
join structures_siae siae on siae.id = siae_id
where sortie > %(debut)s and sortie <= least(%(fin)s, %(on)s - %(delai)s) and {sejour}
"""
)

_SOUS_CONVENTION = "".join(
    (
        """
with parties as (
    select c.id as convention, c.debut, least(coalesce(c.denoncee_le, c.fin), %(on)s + 1) as fin, s.id as siae,
        p.organisation_id as organisation
    from parcours_conventioncooperation c
    join parcours_partieconvention p on p.convention_id = c.id
    join structures_siae s on s.organisation_id = p.organisation_id
    where c.id = any(%(conventions)s)
), """,
        _ETAPES,
        """
select vers.convention, count(*), count(*) filter (where %(notre)s in (de.organisation, vers.organisation))
from etapes
join parties vers on vers.siae = siae_id and entree >= vers.debut and entree < vers.fin
join parties de on de.siae = avant and de.convention = vers.convention and de.organisation <> vers.organisation
where ecart <= %(delai)s
group by vers.convention
""",
    )
)
_BY_PARTIES = "c.personne_id in (select personne_id from parcours_contrat join parties on parties.siae = siae_id)"


@dataclass(frozen=True, slots=True)
class LigneMouvements:
    """The moves from a kind of SIAE: `effectifs` to each kind, then their sum; None is withheld.

    `sejours` are the steps that ended early enough for a next one to be known, `suivis` the share of those that one
    follows, `duree` their median length in days; None is withheld, or nobody.
    """

    type: str
    effectifs: tuple[int | None, ...]
    sejours: int | None
    suivis: Taux | None
    duree: int | None
    ensemble: bool = False


@dataclass(frozen=True, slots=True)
class Tableau:
    """The moves of a territory and a year: a line for each kind, then all; the gaps by band, None withheld."""

    lignes: list[LigneMouvements]
    ecarts: list[tuple[str, int | None]]

    @property
    def total(self) -> int | None:
        """Every move."""
        return self.lignes[-1].effectifs[-1]


def count_mouvements(annee: int, on: date, *, departement: str = "", siae: Sequence[int] = ()) -> Tableau:
    """Return the moves of a year of the persons who live in a département, or from and to some SIAE. One query."""
    land = bool(departement)
    query = _MOUVEMENTS.format(
        qui=_BY_LAND if land else _BY_SIAE,
        passage="true" if land else "(avant = any(%(siae)s) or siae_id = any(%(siae)s))",
        sejour="true" if land else "siae_id = any(%(siae)s)",
    )
    delai = number(DELAI, on)
    values: dict[str, Any] = {
        "on": on,
        "delai": delai,
        "departement": departement,
        "siae": list(siae),
        "debut": date(annee, 1, 1),
        "fin": date(annee + 1, 1, 1),
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    return _tabulate(rows, delai, get_effectif_min(on))


def count_under(conventions: Iterable[Any], user: User, on: date) -> dict[int, int | str]:
    """Return the moves between the parties of signed conventions while each held, by convention. One query.

    A party counts those from or to itself; others read the whole, « secret » when it is too small to be told.
    """
    signed = {each.pk: each for each in conventions if each.etat in PUBLICS and each.debut <= on}
    if not signed:
        return {}
    mine = user.membre.organisation_id if user.membre else None
    query = _SOUS_CONVENTION.format(qui=_BY_PARTIES)
    values: dict[str, Any] = {"on": on, "conventions": list(signed), "notre": mine, "delai": number(DELAI, on)}
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found = {pk: (total, ours) for pk, total, ours in cursor.fetchall()}
    least = get_effectif_min(on)
    return {pk: _told(found.get(pk, (0, 0)), each.la_notre, least) for pk, each in signed.items()}


def list_annees(on: date) -> list[int]:
    """Return the years that may be asked for, the latest first: this one and the nine before."""
    return list(range(on.year, on.year - 10, -1))


def _told(counts: tuple[int, int], ours: bool, least: int) -> int | str:
    total, mine = counts
    if ours:
        return mine
    return "secret" if 0 < total < least else total


def _tabulate(rows: Sequence[tuple[Any, ...]], delai: int, least: int) -> Tableau:
    moves = np.zeros((len(ORDRE), len(ORDRE)), np.int64)
    bands = np.zeros(len(TRANCHES) + 1, np.int64)
    stays = np.zeros((len(ORDRE), 2), np.int64)
    lengths: defaultdict[str, list[int]] = defaultdict(list)
    for kind, de, vers, ecart, jours, suivi in rows:
        if kind == "passage":
            moves[ORDRE.index(de), ORDRE.index(vers)] += 1
            bands[tranche(ecart)] += 1
        else:
            stays[ORDRE.index(de), int(suivi)] += 1
            lengths[de].append(jours)
            lengths[""].append(jours)
    table, mask = with_totals(moves), withhold(moves, least)
    held, hidden = with_totals(stays), withhold(stays, least)
    lignes = [
        LigneMouvements(
            type_siae or "ensemble",
            tuple(None if secret else int(n) for n, secret in zip(table[row], mask[row], strict=True)),
            None if hidden[row, 2] else int(held[row, 2]),
            _share(held[row], hidden[row]),
            round(median(lengths[type_siae])) if len(lengths[type_siae]) >= least else None,
            ensemble=not type_siae,
        )
        for row, type_siae in enumerate((*ORDRE, ""))
    ]
    # The whole is told by the table, unless it is withheld there: then no band is told either.
    secret = withhold_line(bands, least) if not mask[-1, -1] else bands > 0
    labels = [*(label for _, label in TRANCHES), f"plus de {TRANCHES[-1][0]} jours, dans les {delai}"]
    ecarts = [(label, None if s else int(n)) for label, n, s in zip(labels, bands, secret, strict=True)]
    return Tableau(lignes, ecarts)


def _share(counts: Any, hidden: Any) -> Taux | None:
    """Return the share of the steps that one follows; None when a part is withheld, or nobody ended one."""
    return None if hidden.any() or not counts[2] else make_taux(int(counts[1]), int(counts[2]))
