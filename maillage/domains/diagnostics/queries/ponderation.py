"""The APL-IAE: several priority publics at once, each person counting for the published weight of their public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.queries.besoins import Besoins, get_besoins
from maillage.domains.diagnostics.queries.publics import PublicConnu, list_publics
from maillage.foundations.kernel.parameters import list_parametres

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from maillage.foundations.kernel.parameters import Parametre
    from maillage.references.territoires.queries.geographie import Geographie

APL = PublicConnu(
    code="apl_iae",
    libelle="publics prioritaires pondérés (APL-IAE)",
    court="publics pondérés",
    famille="Plusieurs publics",
    definition=(
        "Personnes des publics prioritaires, chacune comptée pour le poids publié de son public\u202f: un nombre de "
        "personnes pondérées, où celle qui relève de deux publics compte deux fois."
    ),
    producteur="calcul de la plateforme",
)
POIDS = "diagnostics.poids_"


def list_poids(on: date) -> dict[str, Parametre]:
    """Return the weight of each public of the APL-IAE in force on a day, by code of public, in their usual order."""
    weights = {
        parametre.code.removeprefix(POIDS): parametre
        for parametre in list_parametres(on)
        if parametre.code.startswith(POIDS)
    }
    return {code: weights[code] for code in list_publics() if code in weights}


def weigh(besoins: Sequence[Besoins], poids: Mapping[str, Parametre], *, absents: Sequence[str]) -> Besoins:
    """Return the weighted need of several publics: unknown in a unit as soon as one of them is.

    `absents` are the publics that no series tells, left out and named.
    """
    if not besoins:
        raise ValueError("one public at least is needed")
    values = sum(
        (float(poids[each.public.code].value) * each.valeurs for each in besoins), np.zeros(len(besoins[0].valeurs))
    )
    years = sorted({each.annee for each in besoins if each.annee})
    named = "\u202f; ".join(f"{each.public.libelle} {each.annee or ''} ({each.source})" for each in besoins)
    left = f". Sans série connue, laissés de côté\u202f: {', '.join(absents)}" if absents else ""
    return Besoins(
        APL,
        years[-1] if len(years) == 1 else None,
        np.asarray(values, dtype=np.float64),
        f"{named}{left}",
        estime=any(each.estime for each in besoins),
        millesimes=tuple(sorted({year for each in besoins for year in each.millesimes})),
        perdus=tuple(sorted({code for each in besoins for code in each.perdus})),
    )


def get_ponderes(
    geographie: Geographie,
    annee: int | None,
    series: Mapping[str, Sequence[int]],
    *,
    part_connue_min: float,
    on: date,
) -> tuple[list[Besoins], dict[str, Parametre], list[str]]:
    """Return the need of each public of the APL-IAE that is known enough, the weights, and the labels of the others.

    A public counts when its need is known where at least this share of the population lives, in the year asked for:
    a series of one département would blank out all the others.
    """
    poids, publics = list_poids(on), list_publics()
    kept, absents = [], []
    for code in poids:
        told = annee in series.get(code, ()) if annee else code in series
        besoins = get_besoins(geographie, code, annee, series, on=on) if told else None
        if besoins is not None and share_connue(geographie, besoins) >= part_connue_min:
            kept.append(besoins)
        else:
            absents.append(publics[code].libelle)
    return kept, poids, absents


def share_connue(geographie: Geographie, besoins: Besoins) -> float:
    """Return the share (0 to 1) of the population of the region that lives where the need is known."""
    people = np.nan_to_num(geographie.population)
    people = people if people.sum() > 0 else np.ones(len(people))
    return float(people[np.isfinite(besoins.valeurs)].sum() / people.sum())
