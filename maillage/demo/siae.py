"""The fictional SIAE, as fiches that the platform registers like any other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.text import slugify
from stdnum import luhn

from maillage.demo.calibration import apportion, interleave
from maillage.demo.figures import Cells, draw_cells, draw_groups, draw_years
from maillage.demo.places import Places, draw_points, draw_units
from maillage.references.structures.rules import FicheImplantation, FicheSiae
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from maillage.demo.calibration import Integers, Numbers
    from maillage.demo.region import Mots, Region

# Shares of the SIAE that have a second site, that have it in another département, a web site, a start in these years.
SECOND_SITE, ELSEWHERE, WEB_SITE, RECENT = 0.12, 0.3, 0.6, 0.06
WHOLE_DEPARTEMENT = {"AI", "ETTI", "EITI"}


@dataclass(frozen=True, slots=True)
class Tirage:
    """What was drawn of the SIAE, one position each: kind, unit, second unit of some, first year, ETP by group."""

    kinds: Integers
    units: Integers
    seconds: dict[int, int]
    starts: Integers
    cells: Cells
    groups: Numbers


def draw_fiches(
    region: Region, mots: Mots, places: Places, secteurs: Mapping[str, Sequence[tuple[str, str]]]
) -> list[FicheSiae]:
    """Return the fiches of the region, SIAE by SIAE: who it is, then its figures from the latest year to the first.

    `secteurs` gives the sectors of each group, with their NAF code.
    """
    tirage = _draw(region, places)
    years = draw_years(region, tirage.kinds, tirage.cells)
    years[region.annee] = (tirage.cells.etp_cents, tirage.cells.salaries)
    grants = 1 + region.draw("grants").uniform(0.01, 0.09, len(tirage.cells.siae))
    fiches: list[FicheSiae] = []
    for siae, identity in enumerate(_describe(region, mots, places, secteurs, tirage)):
        fiches.append(identity)
        for annee in sorted(years, reverse=True):
            for cell in np.flatnonzero(tirage.cells.siae == siae) if annee >= tirage.starts[siae] else ():
                etp, salaries = (int(values[cell]) for values in years[annee])
                figures = _figures(region, tirage.kinds[siae], etp, salaries, float(grants[cell]))
                departement = region.departements[tirage.cells.departement[cell]].code
                known = (identity.siret, identity.type_siae, identity.nom, identity.commune_code)
                fiches.append(FicheSiae(*known, annee=annee, departement=departement, **figures))
    return fiches


def _draw(region: Region, places: Places) -> Tirage:
    kinds = interleave([each.nombre for each in region.types])
    departements = np.repeat(np.arange(len(region.departements)), [each.siae for each in region.departements])
    draw = region.draw("units")
    units = np.concatenate([draw_units(places, region, d.code, d.siae, draw) for d in region.departements])
    seconds = _draw_seconds(region, places, units)
    codes = [each.code for each in region.departements]
    elsewhere = {
        siae: codes.index(places.departements[unit])
        for siae, unit in seconds.items()
        if places.departements[unit] != places.departements[units[siae]]
    }
    cells = draw_cells(region, kinds, departements, elsewhere)
    draw = region.draw("starts")
    recent = draw.random(len(kinds)) < RECENT
    starts = np.where(recent, draw.choice(region.annees[1:], len(kinds)), region.annees[0])
    etp = np.bincount(cells.siae, weights=cells.etp_cents) / 100
    return Tirage(kinds, units, seconds, starts, cells, draw_groups(region, kinds, etp))


def _draw_seconds(region: Region, places: Places, units: Integers) -> dict[int, int]:
    """Return the second unit of the SIAE that have one, often in their own département."""
    draw = region.draw("seconds")
    seconds = {}
    for siae in np.flatnonzero(draw.random(len(units)) < SECOND_SITE):
        home = str(places.departements[units[siae]])
        others = [each.code for each in region.departements if each.code != home]
        code = str(draw.choice(others)) if draw.random() < ELSEWHERE else home
        [unit] = draw_units(places, region, code, 1, draw)
        if unit != units[siae]:
            seconds[int(siae)] = int(unit)
    return seconds


def _describe(
    region: Region,
    mots: Mots,
    places: Places,
    secteurs: Mapping[str, Sequence[tuple[str, str]]],
    tirage: Tirage,
) -> Iterator[FicheSiae]:
    """Yield who each SIAE is, where it stands and what it does, without its figures."""
    draw = region.draw("identity")
    names = _draw_names(region, mots, tirage.kinds)
    second_units = np.array(list(tirage.seconds.values()), dtype=np.int64)
    points = draw_points(places.shapes[np.concatenate([tirage.units, second_units])], region.draw("points"))
    second_points = dict(zip(tirage.seconds, points[len(tirage.units) :], strict=True))
    for siae, (kind, unit) in enumerate(zip(tirage.kinds, tirage.units, strict=True)):
        code, nom = region.types[kind].code, names[siae]
        activites = _draw_activites(region, secteurs, tirage.groups[siae], draw)
        site = _site(places, mots, unit, points[siae], draw)
        secondaires = (
            [_site(places, mots, tirage.seconds[siae], second_points[siae], draw)] if siae in second_points else []
        )
        yield FicheSiae(
            siret=make_siret(siae + 1),
            type_siae=code,
            nom=nom,
            denomination=f"{mots.legal[code]} {nom}",
            forme_juridique=mots.legal[code],
            naf=dict(entry for group in secteurs.values() for entry in group)[next(iter(activites))],
            site_web=f"https://{slugify(nom)}.example" if draw.random() < WEB_SITE else "",
            secteurs=tuple(activites.items()),
            zones=_draw_zones(places, code, unit, draw),
            secondaires=tuple(FicheImplantation(**each) for each in secondaires),
            **site,
        )


def _draw_names(region: Region, mots: Mots, kinds: Integers) -> list[str]:
    draw = region.draw("names")
    drawn: list[Iterator[str]] = []
    for each in region.types:
        every = [f"{avant} {apres}" for avant in mots.avant[each.code] for apres in mots.apres]
        drawn.append(iter([every[i] for i in draw.permutation(len(every))]))
    return [next(drawn[kind]) for kind in kinds]


def _draw_activites(
    region: Region, secteurs: Mapping[str, Sequence[tuple[str, str]]], groups: Numbers, draw: np.random.Generator
) -> dict[str, Decimal | None]:
    """Return a sector per group with its share of the hours (the shares add up to 100 %), the greatest first."""
    parts = apportion(10_000, groups)
    codes = list(region.groupes)
    activites: dict[str, Decimal | None] = {}
    for group in np.argsort(-parts, kind="stable"):
        if parts[group]:
            every = secteurs[codes[group]]
            activites[every[int(draw.integers(len(every)))][0]] = Decimal(int(parts[group])) / 100
    return activites


def _site(
    places: Places, mots: Mots, unit: int, point: tuple[float, float], draw: np.random.Generator
) -> dict[str, Any]:
    postal = places.codes_postaux[unit]
    return {
        "commune_code": str(places.codes[unit]),
        "adresse": f"{draw.integers(1, 120)} {draw.choice(mots.voies)} {draw.choice(mots.apres)}",
        "code_postal": str(draw.choice(postal)) if postal else "",
        "ville": "Paris" if places.departements[unit] == "75" else str(places.noms[unit]),
        "longitude": point[0],
        "latitude": point[1],
    }


def _draw_zones(places: Places, kind: str, unit: int, draw: np.random.Generator) -> tuple[tuple[str, str], ...]:
    """Return the land served: the EPT or EPCI of the site and another near it, or the whole département."""
    departement = str(places.departements[unit])
    if kind in WHOLE_DEPARTEMENT or draw.random() < 0.2:
        return ((Niveau.DEPARTEMENT.value, departement),)
    near = sorted(
        {zone for zone, code in zip(places.intercos, places.departements, strict=True) if code == departement}
    )
    wanted = {places.intercos[unit], near[int(draw.integers(len(near)))]}
    return tuple(sorted(zone for zone in wanted if zone[0]))


def _figures(region: Region, kind: int, etp_cents: int, salaries: int, grant: float) -> dict[str, Any]:
    etp = Decimal(etp_cents) / 100
    poste = region.types[kind].poste
    return {
        "salaries": salaries,
        "postes": ceil(float(etp) / poste) if poste else None,
        "etp_realises": etp,
        "etp_conventionnes": round(etp * Decimal(round(grant, 4)).quantize(Decimal("0.0001")), 2),
    }


def make_siret(number: int) -> str:
    """Return a SIRET whose keys are right and whose SIREN begins by 0000, below any that Sirene ever gave."""
    siren = f"0000{number:04}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"
