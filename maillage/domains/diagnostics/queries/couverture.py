"""Coverage of a region: for each territory its supply, its need, three measures of the two, and a class."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils import timezone

from maillage.domains.diagnostics import rules
from maillage.domains.diagnostics.enums import Capacite, Indicateur
from maillage.domains.diagnostics.queries.ajouts import Ajout, add_sites
from maillage.domains.diagnostics.queries.besoins import Besoins, get_besoins
from maillage.domains.diagnostics.queries.mesures import POUR_MILLE, Ligne, Reglages, capacity_of, measure, summarise
from maillage.domains.diagnostics.queries.publics import list_publics, list_series
from maillage.domains.diagnostics.rules import Choix, Seuils
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.parameters import Parametre, get_parametre
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.queries.offre import Offre, get_offre
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.queries.geographie import Geographie, get_geographie

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MAILLES = (Maille.COMMUNE, Maille.INTERCOMMUNALITE, Maille.DEPARTEMENT, Maille.REGION)
PARAMETRES = ("rayon_km", "sigma_km", "proximite_km", "variation_sigma", "seuil_bas", "seuil_haut")
PARTS = ("part_connue_min", "part_besoin_connu_min")
KM = 1000.0


@dataclass(frozen=True, slots=True)
class Couverture:
    """The result, and all that is needed to read it: the choice, the parameters in force, where the data come from.

    `sites_sans_capacite`, `sites_sans_besoin` and `sites_hors_portee` count the sites that no score holds, because what
    they offer is unknown, because the need around them is, or because nobody of the public is in reach.
    """

    region: str
    choix: Choix
    capacite: Capacite
    rayon_km: float
    sigma_km: float
    besoins: Besoins
    series: dict[str, tuple[int, ...]]
    geographie: Geographie
    offre: Offre
    parametres: dict[str, Parametre]
    sites_sans_capacite: int
    sites_sans_besoin: int
    sites_hors_portee: int
    mailles: dict[Maille, tuple[Ligne, ...]]

    @property
    def applied(self) -> dict[str, Parametre]:
        """The parameters that the figures depend on, by code."""
        part = self.besoins.part
        return {**self.parametres, **({part.code.partition(".")[2]: part} if part else {})}

    @property
    def pour(self) -> int:
        """How many people the rates are shown for: a thousand, or a hundred thousand when structures are counted."""
        return 100_000 if self.capacite == Capacite.STRUCTURES else 1000

    def scale(self, rate: float | None) -> float | None:
        """Return a rate per 1,000 in the scale it is shown in."""
        return None if rate is None else round(rate * self.pour / POUR_MILLE, 4)

    def read(self, ligne: Ligne, indicateur: Indicateur) -> float | None:
        """Return the value of a line in the scale it is shown in: rates per `pour`, proximity in per cent."""
        value: float | None = getattr(ligne, indicateur)
        if indicateur in {Indicateur.TAUX, Indicateur.ACCESSIBILITE}:
            return self.scale(value)
        return value if value is None or indicateur != Indicateur.PORTEE else round(100 * value, 1)

    @property
    def total(self) -> Ligne:
        """The line of the region."""
        return self.mailles[Maille.REGION][0]

    def find(self, niveau: str, code: str) -> Ligne | None:
        """Return the line of a territory among the mailles computed."""
        lignes = (ligne for mailles in self.mailles.values() for ligne in mailles)
        return next((ligne for ligne in lignes if (ligne.niveau, ligne.code) == (niveau, code)), None)


def compute_couverture(
    region: str,
    choix: Choix | None = None,
    *,
    mailles: Sequence[Maille] = MAILLES,
    ajouts: Sequence[Ajout] = (),
    on: date | None = None,
) -> Couverture:
    """Measure the coverage of a region (INSEE code), in a number of queries that does not depend on its size.

    `ajouts` are sites that do not exist and count as if they did: the figures then tell « what if ».
    Raise `Refused` when the choice makes no sense. Supply beyond the region is not counted: scores run
    low along its edge.
    """
    choix, on = choix or Choix(), on or timezone.localdate()
    wanted = tuple(dict.fromkeys((*mailles, Maille.REGION)))
    series = list_series(region)
    known_years = series.get(choix.public, ())
    if refusals := rules.check_choix(choix, publics=tuple(list_publics()), annees=known_years, types=TypeSiae.values):
        raise Refused(*refusals)
    parametres = {code: get_parametre(f"diagnostics.{code}", on=on) for code in (*PARAMETRES, *PARTS)}
    value = {code: float(parametre.value) for code, parametre in parametres.items()}
    geographie = get_geographie(region, mailles=wanted)
    besoins = get_besoins(geographie, choix.public, choix.annee, series, on=on)
    offre = _of_types(get_offre(region), choix.types)
    known = {Capacite.ETP: int(np.isfinite(offre.etp).sum()), Capacite.POSTES: int(np.isfinite(offre.postes).sum())}
    capacite = rules.pick_capacite(choix.capacite, len(offre.etp), known, value["part_connue_min"])
    offre = add_sites(offre, geographie, ajouts)
    rayon_km = choix.rayon_km or value["rayon_km"]
    sigma_km = choix.sigma_km or rayon_km * value["sigma_km"] / value["rayon_km"]
    reglages = Reglages(
        rayon_km * KM,
        sigma_km * KM,
        tuple(sigma_km * KM * (1 + sign * value["variation_sigma"]) for sign in (-1, 1)),
        value["proximite_km"] * KM,
        value["part_besoin_connu_min"],
        Seuils(value["seuil_bas"], value["seuil_haut"]),
    )
    releve = measure(geographie, offre, besoins.valeurs, capacity_of(offre, capacite), reglages)
    return Couverture(
        region,
        choix,
        capacite,
        rayon_km,
        sigma_km,
        besoins,
        series,
        geographie,
        offre,
        parametres,
        int(np.isnan(releve.capacite).sum()),
        int((~releve.face).sum()),
        len(releve.hors_portee),
        {maille: summarise(releve, maille, geographie.partitions[maille]) for maille in wanted},
    )


def _of_types(offre: Offre, types: tuple[str, ...]) -> Offre:
    """Keep the sites of the SIAE of these kinds (empty: all)."""
    if not types:
        return offre
    kept = np.isin(offre.type, types)
    values = {field.name: getattr(offre, field.name) for field in fields(offre)}
    arrays: dict[str, Any] = {name: value[kept] for name, value in values.items() if isinstance(value, np.ndarray)}
    return replace(offre, **arrays)
