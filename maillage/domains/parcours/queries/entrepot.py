"""The rows that the room publishes to the warehouse: persons under pseudonyms, their dates reduced to years.

One query each. The département is that where the person lives, "" outside the region of the platform. Whatever nobody
filled is unknown: None. Somebody whose file is anonymised counts as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from maillage.domains.parcours.enums.situation import NiveauFormation, Rsa
from maillage.domains.parcours.enums.sorties import EcheanceEnquete
from maillage.domains.parcours.models import Enquete, Sortie
from maillage.domains.parcours.queries.fins import ECHEANCES, count_fins
from maillage.domains.parcours.queries.sorties import JOUR, with_sejour
from maillage.domains.parcours.queries.sorties_chiffres import (
    GROUPES,
    count_cells,
    count_suivi,
    list_annees,
    tell_lines,
)
from maillage.domains.parcours.rules.eligibilite import AGE_JEUNE, AGE_SENIOR
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from maillage.foundations.analytics.declarations import Cellule, Source

INFRA_CAP = (NiveauFormation.SANS, NiveauFormation.INFRA, NiveauFormation.SANS_CAP)
# What one groups the situations after a way out by; news without an answer stay so.
SANS_REPONSE = "sans_reponse"
SITUATIONS = ("emploi", "formation", "autre", SANS_REPONSE)

_PLACE = "case when personne.departement = any(%(departements)s) then personne.departement else '' end"
_REGION = "case when personne.departement = any(%(departements)s) then %(region)s else '' end"
# Ages are those of the end of the year; the month of birth is all that is kept of the forgotten.
# A person counts once a year in each SIAE that employs them, under their last trade there.
_SALARIES = f"""
select personne.id, siae.id, siae.type_siae, emploi.annee, {_PLACE}, {_REGION}, rome.code,
    case personne.sexe when 'F' then true when 'H' then false end,
    emploi.annee - extract(year from personne.date_naissance)::int >= {AGE_SENIOR},
    emploi.annee - extract(year from personne.date_naissance)::int < {AGE_JEUNE},
    situation.duree_chomage = 4,
    case when situation.rsa like 'OUI%%' then true when situation.rsa = 'NON' then false end,
    situation.qpv, situation.rqth,
    case when situation.niveau_formation <> '' then situation.niveau_formation = any(%(infra_cap)s) end
from (
    select distinct on (personne_id, siae_id, annee) personne_id, siae_id, annee, rome_id
    from parcours_contrat contrat,
        generate_series(
            extract(year from debut)::int,
            extract(year from least(coalesce(fin, fin_prevue, %(on)s), %(on)s) - 1)::int
        ) as annee
    where debut <= %(on)s and (fin is null or fin > debut)
    order by personne_id, siae_id, annee, debut desc, contrat.id desc
) emploi
join personnes_personne personne on personne.id = emploi.personne_id
join structures_siae siae on siae.id = emploi.siae_id
left join parcours_situation situation on situation.personne_id = personne.id
left join economie_rome rome on rome.id = emploi.rome_id
"""  # noqa: S608  (names of columns)

_HEURES = """
select siae_id, rome.code, extract(year from mois)::int, sum(heures), count(*) filter (where heures is null)
from parcours_etatmensuel
join parcours_contrat contrat on contrat.id = contrat_id
left join economie_rome rome on rome.id = contrat.rome_id
group by 1, 2, 3
"""
_FINS = f"""
select {_PLACE}, {_REGION}, regime, siae.type_siae, siae.id, rome.code, %(annee)s,
    titre.fin <= %(trois)s, titre.fin <= %(six)s
from parcours_titreparcours titre
join personnes_personne personne on personne.id = titre.personne_id
left join lateral (
    select siae_id, rome_id from parcours_contrat where titre_id = titre.id order by debut desc, id desc limit 1
) dernier on true
left join structures_siae siae on siae.id = dernier.siae_id
left join economie_rome rome on rome.id = dernier.rome_id
where titre.annule_le is null and titre.debut <= %(on)s and titre.fin > %(on)s and titre.fin <= %(douze)s
"""  # noqa: S608  (names of columns)


def list_salaries() -> Iterator[tuple[Any, ...]]:
    """Return the employees of each SIAE and year with the publics they are of, in the order of the table."""
    return _read(_SALARIES, infra_cap=[level.value for level in INFRA_CAP])


def list_sorties() -> Iterator[tuple[Any, ...]]:
    """Yield the ways out with their category and whether they count, in the order of the table."""
    known = {code for code, _ in departements()}
    rows = with_sejour(Sortie.objects.order_by(), timezone.localdate()).values_list(
        "contrat__siae",
        "contrat__siae__type_siae",
        "le",
        "contrat__personne__departement",
        "contrat__rome__code",
        "categorie",
        "decompte",
        "contrat__personne__situation__rsa",
    )
    for siae, kind, le, departement, rome, categorie, decompte, rsa in rows.iterator(chunk_size=20_000):
        place = departement if departement in known else ""
        annee = (le - JOUR).year
        yield siae, kind, annee, place, _region(place), rome, categorie, decompte, _yes(rsa)


def list_nouvelles() -> Iterator[tuple[Any, ...]]:
    """Yield the news that are closed, answered or not, in the order of the table."""
    known = {code for code, _ in departements()}
    closed = Q(repondue_le__isnull=False) | Q(expire_le__lte=timezone.localdate()) | Q(refusee_le__isnull=False)
    rows = Enquete.objects.filter(closed).values_list(
        "sortie__contrat__siae",
        "sortie__contrat__siae__type_siae",
        "sortie__contrat__fin",
        "sortie__contrat__personne__departement",
        "sortie__contrat__rome__code",
        "mois",
        "situation",
    )
    for siae, kind, fin, departement, rome, mois, situation in rows.iterator(chunk_size=20_000):
        assert fin  # a way out follows the end of its contract: the database holds it
        place = departement if departement in known else ""
        annee = (fin - JOUR).year
        yield siae, kind, annee, place, _region(place), rome, mois, SITUATIONS[GROUPES[situation]]


def list_heures() -> Iterator[tuple[Any, ...]]:
    """Return the hours of each SIAE, trade and year, in the order of the table."""
    return _read(_HEURES)


def list_fins() -> Iterator[tuple[Any, ...]]:
    """Return the rights that end within twelve months of today, in the order of the table."""
    on = timezone.localdate()
    trois, six, douze = (add_months(on, months) for months in ECHEANCES)
    return _read(_FINS, annee=on.year, trois=trois, six=six, douze=douze)


def departements() -> list[tuple[str, str]]:
    """Return the code and name of the départements of the region of the platform. One query."""
    rows = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=settings.MAILLAGE_REGION)
    return list(rows.order_by("code").values_list("code", "nom"))


def sorties_dites(source: Source, public: str = "") -> set[Cellule]:
    """Return where the page of the ways out tells how many count, and of what worth: its rules on the same rows."""
    rows = source("parcours_sorties")
    inside = rows[public].fill_null(False) if public else rows.annee.notnull()
    keys = ["departement", "annee", "type_siae", "categorie", "decompte", "inside"]
    found = rows.mutate(inside=inside).group_by(keys).aggregate(nombre=lambda t: t.count()).to_pyarrow().to_pylist()
    codes, least = [code for code, _ in departements()], get_effectif_min()
    cells: set[Cellule] = set()
    for annee in {row["annee"] for row in found}:
        of_year = [row for row in found if row["annee"] == annee and row["departement"]]
        parts = ([row[name] for name in keys if name != "annee"] + [row["nombre"]] for row in of_year)
        counts = count_cells(parts, codes)
        cells |= tell_cells(
            (code, annee, "" if ligne.ensemble else ligne.type, ligne.comptees is not None)
            for code in codes
            for ligne in tell_lines(code, code, counts[code], least, bool(public))
        )
    return cells


def nouvelles_dites(mois: int) -> set[Cellule]:
    """Return where the page of the news tells every situation after a delay."""
    on, delai = timezone.localdate(), str(EcheanceEnquete(mois).label)
    return tell_cells(
        (ligne.code, annee, "", None not in ligne.effectifs)
        for annee in list_annees(on)
        for ligne in count_suivi(departements(), annee, on)
        if ligne.delai == delai
    )


def fins_dites() -> set[Cellule]:
    """Return where the page of the rights that end tells how many do within a year."""
    on = timezone.localdate()
    return tell_cells(
        (ligne.code, on.year, "" if ligne.ensemble else ligne.type, ligne.effectifs[-1] is not None)
        for ligne in count_fins(departements(), on)
    )


def tell_cells(lines: Iterable[tuple[str, int, str, bool]]) -> set[Cellule]:
    """Return the cells told, from what a page tells of each département: code, year, kind ("" for all), told or not.

    The page makes no sum across départements. The region is told where every one of them is: whoever reads the page
    could sum them.
    """
    told: dict[tuple[int, str], dict[str, bool]] = {}
    for code, annee, kind, seen in lines:
        told.setdefault((annee, kind), {})[code] = seen
    cells: set[Cellule] = set()
    for (annee, kind), seen_by_code in told.items():
        cells |= {(Niveau.DEPARTEMENT.value, code, annee, kind) for code, seen in seen_by_code.items() if seen}
        if all(seen_by_code.values()):
            cells.add((Niveau.REGION.value, settings.MAILLAGE_REGION, annee, kind))
    return cells


def _read(statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
    values |= {
        "on": timezone.localdate(),
        "departements": [code for code, _ in departements()],
        "region": settings.MAILLAGE_REGION,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(20_000):
            yield from rows


def _region(departement: str) -> str:
    return settings.MAILLAGE_REGION if departement else ""


def _yes(rsa: str | None) -> bool | None:
    return None if not rsa else rsa != Rsa.NON
