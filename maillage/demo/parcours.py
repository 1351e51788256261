"""The employees of the fictional region: persons, rights, contracts, hours and exits, as rows like any others.

The numbers of each SIAE are those that it declares (`EffectifAnnuel`, `RealisationPublic`, `EffectifSecteur`):
employees, hours worked, women by trade, publics. The shares of the strategy are then what a count of the rows gives.
Who moves from a SIAE to another within a year counts in both, as in what they declare.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.db.models import Sum

from maillage.demo.contrats import (
    JAMAIS,
    Contrats,
    Lignes,
    Mois,
    cut,
    draw_prolongations,
    draw_suspensions,
    spread_months,
    work,
    year,
)
from maillage.demo.economie import get_facts as get_economie
from maillage.demo.personnes import PREFIXE, load_suivis, number
from maillage.demo.places import read_places
from maillage.demo.population import Population, conseillers, get_facts, write
from maillage.demo.region import get_region
from maillage.demo.sejours import TITRE_JOURS, Cellules, Sejours, day, draw_sejours, link_suites
from maillage.demo.traits import Groupes, Traits, draw_motifs, draw_traits, make_deck
from maillage.domains.offre.models import RealisationPublic
from maillage.references.personnes.models import Personne
from maillage.references.structures.models import EffectifAnnuel, EffectifSecteur, Siae
from maillage.references.territoires.models import QpvCommune

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from maillage.demo.calibration import Integers, Numbers

COUNTED_DAYS, COUNTED_HOURS = 81, 150  # of a stay whose exit counts: ACI and EI by days, AI and ETTI by hours


def load_parcours(on: date, scale: float = 1.0) -> int:
    """Write the persons, once, and whom the accounts follow; return how many persons there are.

    `scale` multiplies the employees of every SIAE: benches ask for more than the region has.
    """
    facts = get_facts()
    if not Personne.objects.filter(email__startswith=PREFIXE).exists():
        with transaction.atomic():
            cellules = _read_cellules(facts, on, scale)
            if len(cellules.siae):
                write(_draw(cellules, facts, on, scale))
    load_suivis(facts, on)
    return Personne.objects.filter(email__startswith=PREFIXE).count()


def scale_for(persons: int, on: date) -> float:
    """Return the scale that gives at least this number of persons: what a first draw of the stays tells."""
    sejours = _draw_sejours(_read_cellules(get_facts(), on, 1.0), get_facts(), on)
    return 1.03 * persons / len(np.unique(sejours.personne))


def _read_cellules(facts: Mapping[str, Any], on: date, scale: float) -> Cellules:
    """Return the SIAE, département by département, with their employees: those of the last known year from then on."""
    first = facts["premiere_annee"]
    start, known = min(first.values()), get_region().annee
    figures: defaultdict[tuple[str, int, str, str], dict[int, int]] = defaultdict(dict)
    rows = EffectifAnnuel.objects.filter(annee__gte=start, salaries__gt=0).values_list(
        "siae__organisation__siret", "siae", "siae__type_siae", "departement__code", "annee", "salaries"
    )
    for siret, siae, kind, departement, annee, salaries in rows:
        figures[siret, siae, kind, departement][annee] = max(1, round((salaries or 0) * scale))
    keys = sorted(figures)
    effectifs = {
        annee: np.array([figures[key].get(min(annee, known), 0) for key in keys], np.int64)
        for annee in range(start, on.year + 1)
    }
    homes = set(Siae.objects.filter(organisation__membres__in=conseillers().values("pk")).values_list("pk", flat=True))
    suivi = facts["suivi"]
    return Cellules(
        siae=np.array([key[1] for key in keys], np.int64),
        kind=np.array([key[2] for key in keys]),
        departement=np.array([key[3] for key in keys]),
        premiere=np.array([first.get(key[3], first["autres"]) for key in keys], np.int64),
        effectifs=effectifs,
        renforts=np.array(
            [suivi["conseiller"] + suivi["autre_conseiller"] if key[1] in homes else 0 for key in keys], np.int64
        ),
    )


def _draw(cellules: Cellules, facts: Mapping[str, Any], today: date, scale: float) -> Population:
    region, on = get_region(), number(today)
    sejours = _draw_sejours(cellules, facts, today)
    _, premier, personne = np.unique(sejours.personne, return_index=True, return_inverse=True)
    sejours.personne = personne
    kinds = cellules.kind[sejours.cellule]
    traits, secteurs = _draw_persons(cellules, sejours, premier, facts)
    ages = (sejours.debut + TITRE_JOURS - traits.naissance[personne]) / 365.25
    prolongations = draw_prolongations(
        sejours, kinds, ages, traits.oui["rqth"][personne], facts, on, region.draw("prolongations")
    )
    suspensions = draw_suspensions(sejours, facts, on, region.draw("suspensions"))
    limite = sejours.debut_titre + TITRE_JOURS
    np.add.at(limite, prolongations.sejour, prolongations.fin)
    inside = suspensions.motif == "contrat_suspendu"
    np.add.at(limite, suspensions.sejour[inside], (suspensions.fin - suspensions.debut)[inside])
    cdi = np.zeros(len(sejours), np.bool_)
    cdi[prolongations.sejour[prolongations.motif == "senior_cdi"]] = True
    contrats = cut(sejours, kinds, cdi, limite, facts, on, region.draw("contrats"))
    hebdo, mois = _draw_hours(cellules, sejours, contrats, suspensions, facts, on, scale)
    hours = np.bincount(contrats.sejour[mois.contrat], mois.heures, len(sejours)).astype(np.float64)
    return Population(
        cellules,
        sejours,
        traits,
        premier,
        _draw_communes(cellules.departement[sejours.cellule[premier]], traits.oui["qpv"]),
        secteurs,
        hebdo,
        cdi,
        suspensions,
        prolongations,
        contrats,
        mois,
        _draw_exits(sejours, kinds, traits, hours, facts, on),
        on,
    )


def _draw_sejours(cellules: Cellules, facts: Mapping[str, Any], today: date) -> Sejours:
    region, on = get_region(), number(today)
    sejours = draw_sejours(cellules, facts, today.year, on, region.draw("sejours"))
    link_suites(sejours, cellules, facts, on, region.draw("suites"))
    return sejours


def _draw_persons(
    cellules: Cellules, sejours: Sejours, premier: Integers, facts: Mapping[str, Any]
) -> tuple[Traits, Integers]:
    """Draw who the persons are, by groups of those of a SIAE in a year; return also the sector of each stay."""
    known = get_region().annee
    during = (sejours.debut < day(known + 1)) & (sejours.fin > day(known))
    # The stay that says whom the SIAE declares: that of the year whose figures are published, else the first.
    order = np.lexsort((sejours.debut, ~during, sejours.personne))
    reference = order[np.unique(sejours.personne[order], return_index=True)[1]]
    years = np.where(
        during[reference],
        known,
        np.where(sejours.fin[reference] <= day(known), year(sejours.fin[reference] - 1), known + 1),
    )
    siae = cellules.siae[sejours.cellule[reference]]
    keys, numero, sizes = np.unique(np.stack([siae, years]), axis=1, return_inverse=True, return_counts=True)
    numero = numero.reshape(-1)
    parts: defaultdict[str, dict[tuple[int, int], float]] = defaultdict(dict)
    for public, code, annee, effectif, total in RealisationPublic.objects.values_list(
        "public", "siae", "annee", "effectif", "total"
    ):
        parts[public][code, annee] = effectif / total if effectif is not None and total else 0.0
    where = list(zip(keys[0].tolist(), np.minimum(keys[1], known).tolist(), strict=True))
    decks = _read_decks(known)
    empty = np.zeros((1, 2), np.int64)
    draw = get_region().draw("traits")
    last = np.zeros(len(premier), np.int64)
    np.maximum.at(last, sejours.personne, sejours.fin)
    traits = draw_traits(
        Groupes(numero, sizes, lambda public: np.array([parts[public].get(key, 0.0) for key in where])),
        sejours.debut[premier],
        last,
        [decks.get(code, empty) for code, _ in where],
        facts,
        draw,
    )
    secteurs = traits.secteur[sejours.personne]
    moved = np.setdiff1d(np.arange(len(sejours)), reference)
    for place in moved.tolist():
        deck = decks.get(int(cellules.siae[sejours.cellule[place]]), empty)
        secteurs[place] = deck[int(draw.integers(len(deck))), 0]
    return traits, secteurs


def _read_decks(annee: int) -> dict[int, NDArray[Any]]:
    """Return the posts of each SIAE, sector by sector, women and men."""
    rows: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for siae, secteur, femmes, hommes in (
        EffectifSecteur.objects.filter(annee=annee)
        .order_by("siae", "secteur__code")
        .values_list("siae", "secteur", "femmes", "hommes")
    ):
        rows[siae].append((secteur, femmes or 0, hommes or 0))
    return {siae: make_deck(each) for siae, each in rows.items() if sum(f + h for _, f, h in each)}


def _draw_communes(departements: NDArray[np.str_], qpv: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return where persons of these départements live: who lives in a QPV, in a commune that has one."""
    places = read_places(get_region())
    draw = get_region().draw("communes")
    quarters = set(QpvCommune.objects.values_list("commune__code", flat=True))
    has_qpv = np.isin(places.codes, list(quarters))
    communes = np.full(len(departements), "", dtype="<U5")
    for code in np.unique(departements).tolist():
        for quarter in (False, True):
            here = np.flatnonzero((departements == code) & (qpv == quarter))
            weights = places.population * (places.departements == code) * (has_qpv if quarter else 1.0)
            if weights.sum() > 0:
                communes[here] = places.codes[draw.choice(len(weights), len(here), p=weights / weights.sum())]
    return communes


def _draw_hours(
    cellules: Cellules,
    sejours: Sejours,
    contrats: Contrats,
    suspensions: Lignes,
    facts: Mapping[str, Any],
    on: int,
    scale: float,
) -> tuple[Numbers, Mois]:
    """Return the weekly hours of each stay, and the months: those of a SIAE make the ETP that it declares."""
    region = get_region()
    draw = region.draw("heures")
    kinds = cellules.kind[sejours.cellule]
    out = (np.full(len(sejours), JAMAIS), np.full(len(sejours), JAMAIS))
    inside = suspensions.motif == "contrat_suspendu"
    for bound, days in zip(out, (suspensions.debut, suspensions.fin), strict=True):
        bound[suspensions.sejour[inside]] = days[inside]
    mois = spread_months(contrats, kinds, out, facts, on, draw)
    stay = contrats.sejour[mois.contrat]
    siaes, place = np.unique(cellules.siae[sejours.cellule], return_inverse=True)
    years = year(mois.mois)
    first = int(years.min())
    span = int(years.max()) - first + 1
    groups = place[stay] * span + years - first
    wanted = _read_hours(siaes, first, span, scale)
    # A year when some employees are not known has no total of its own: its weeks are those of the reference year.
    partial = np.isin(siaes, cellules.siae[cellules.premiere > first])
    for rank in range(span):
        if first + rank < int(cellules.premiere.min()):
            wanted[:, rank] = np.nan
        wanted[partial & np.isin(siaes, cellules.siae[cellules.premiere > first + rank]), rank] = np.nan
    weeks = np.bincount(groups, mois.jours / 7, len(siaes) * span).reshape(len(siaes), span)
    reference = min(max(region.annee - first, 0), span - 1)
    pace = np.nan_to_num(wanted[:, reference]) / np.maximum(weeks[:, reference], 1.0)
    wanted = np.where(np.isnan(wanted), pace[:, None] * weeks, wanted)
    hebdo = _draw_weeks(kinds, pace[place] / facts["sejour"]["heures_travaillees"], draw)
    spread = np.array([facts["type"][kind]["ecart"] for kind in kinds.tolist()])
    own = np.where(np.isnan(hebdo), 10.0, hebdo) * np.exp(draw.normal(0.0, 1.0, len(sejours)) * spread[:, 0])
    weekly = own[stay] * np.exp(draw.normal(0.0, 1.0, len(stay)) * spread[stay, 1])
    mois.heures[:] = work(mois, weekly, groups, wanted.reshape(-1), facts["sejour"]["heures_max"])
    return hebdo, mois


def _read_hours(siaes: Integers, first: int, span: int, scale: float) -> Numbers:
    """Return the hours that each SIAE declares, year by year: nan where it declares nothing."""
    wanted = np.full((len(siaes), span), np.nan)
    position = {code: rank for rank, code in enumerate(siaes.tolist())}
    rows = EffectifAnnuel.objects.filter(etp_realises__isnull=False).values_list("siae", "annee")
    for siae, annee, etp in rows.annotate(Sum("etp_realises")):
        if siae in position and 0 <= annee - first < span:
            wanted[position[siae], annee - first] = float(etp) * scale * get_economie()["mixite"]["heures_par_etp"]
    return wanted


def _draw_weeks(kinds: NDArray[np.str_], pace: Numbers, draw: np.random.Generator) -> Numbers:
    """Return the weekly hours of each stay: 20 to 35 in an ACI or an EI, none where assignments follow each other."""
    drawn = pace + draw.choice([-4.0, -2.0, 0.0, 0.0, 2.0, 4.0], len(kinds))
    usual = np.clip(np.rint(drawn / 2) * 2, 20.0, 35.0)
    usual[drawn > 33] = 35.0
    return np.where(np.isin(kinds, ["ACI", "EI"]), usual, np.nan)


def _draw_exits(
    sejours: Sejours,
    kinds: NDArray[np.str_],
    traits: Traits,
    hours: Numbers,
    facts: Mapping[str, Any],
    on: int,
) -> NDArray[np.str_]:
    draw = get_region().draw("sorties")
    over = np.flatnonzero(sejours.fin <= on)
    enough = np.where(
        np.isin(kinds, ["AI", "ETTI"]),
        hours >= COUNTED_HOURS,
        (sejours.fin - sejours.debut > COUNTED_DAYS) & (hours >= 1),
    )
    who = sejours.personne
    score = (
        np.array([facts["type"][kind]["sortie"] for kind in kinds.tolist()])
        - 0.5 * (traits.chomage[who] == 4)
        - 0.4 * np.isin(traits.niveau[who], ["60", "51", "00"])
        + np.minimum(sejours.fin - sejours.debut, TITRE_JOURS) / TITRE_JOURS
        + draw.normal(0.0, 1.2, len(sejours))
    )
    motifs = np.full(len(sejours), "", dtype="<U24")
    motifs[over] = draw_motifs(year(sejours.fin[over]), enough[over], sejours.suivi[over], score[over], facts, draw)
    return motifs
