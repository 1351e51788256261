"""Coverage of a region: for each territory its supply, its need, three measures of the two, and a class."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils import timezone

from maillage.domains.diagnostics import rules
from maillage.domains.diagnostics.enums import Adaptation, Capacite, Indicateur
from maillage.domains.diagnostics.queries.besoins import Besoins, get_besoins
from maillage.domains.diagnostics.queries.mesures import (
    POUR_MILLE,
    Groupe,
    Ligne,
    Reglages,
    Releve,
    capacity_of,
    measure,
    summarise,
)
from maillage.domains.diagnostics.queries.ponderation import APL, get_ponderes, weigh
from maillage.domains.diagnostics.queries.publics import list_publics, list_series
from maillage.domains.diagnostics.queries.rayons import get_rayon_public, get_rayons_densite, get_rayons_types
from maillage.domains.diagnostics.rules import Choix, Seuils
from maillage.foundations.compute.accessibility import Model
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import Parametre, get_parametre
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.queries.offre import Offre, get_offre
from maillage.references.territoires.enums import Maille, Mode
from maillage.references.territoires.queries.geographie import Geographie, get_geographie
from maillage.references.territoires.queries.trajets import get_matrice, list_modes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

MAILLES = (Maille.COMMUNE, Maille.INTERCOMMUNALITE, Maille.DEPARTEMENT, Maille.REGION)
PARAMETRES = ("rayon_km", "sigma_km", "proximite_km", "variation_sigma", "seuil_bas", "seuil_haut")
PARTS = ("part_connue_min", "part_besoin_connu_min")
KM = 1000.0


@dataclass(frozen=True, slots=True)
class Couverture:
    """The result, and all that is needed to read it: the choice, the parameters in force, where the data come from.

    `releve` is what was measured on the units and sites, before any sum. `rayon` and `sigma` are in km, or in minutes
    when distances are travel times (`unite`). `rayons` are the parameters of the radii that differ, `poids` those of
    the publics that are weighted together. `sites_sans_capacite`, `sites_sans_besoin` and `sites_hors_portee` count the
    sites that no score holds, because what they offer is unknown, because the need around them is, or because nobody of
    the public is in reach.
    """

    region: str
    choix: Choix
    capacite: Capacite
    rayon: float
    sigma: float
    besoins: Besoins
    series: dict[str, tuple[int, ...]]
    geographie: Geographie
    offre: Offre
    parametres: dict[str, Parametre]
    rayons: dict[str, Parametre]
    poids: dict[str, Parametre]
    seuils: Seuils
    releve: Releve
    mailles: dict[Maille, tuple[Ligne, ...]]

    @property
    def sites_sans_capacite(self) -> int:
        return int(np.isnan(self.releve.capacite).sum())

    @property
    def sites_sans_besoin(self) -> int:
        return int((~self.releve.face).sum())

    @property
    def sites_hors_portee(self) -> int:
        return len(self.releve.hors_portee)

    @property
    def unite(self) -> str:
        """The unit of the radius and of σ."""
        return "km" if self.releve.reglages.matrice is None else "min"

    @property
    def seuils_deplaces(self) -> bool:
        """Whether the reader has moved a threshold away from the parameters in force."""
        own = Seuils(float(self.parametres["seuil_bas"].value), float(self.parametres["seuil_haut"].value))
        return self.seuils != own

    @property
    def cible(self) -> float | None:
        """The accessibility that the gap is counted from, in the scale it is shown in; None when there is none."""
        target = self.releve.cible
        return self.scale(target * POUR_MILLE) if np.isfinite(target) else None

    @property
    def applied(self) -> dict[str, Parametre]:
        """The parameters that the figures depend on, by code."""
        part = self.besoins.part
        own = {part.code.partition(".")[2]: part} if part else {}
        return {**self.parametres, **self.rayons, **own, **{f"poids_{code}": each for code, each in self.poids.items()}}

    @property
    def pour(self) -> int:
        """How many people the rates are shown for: a thousand, or a hundred thousand when structures are counted."""
        return per(self.capacite)

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


def per(capacite: Capacite) -> int:
    """Return how many people rates are shown for."""
    return 100_000 if capacite == Capacite.STRUCTURES else 1000


def compute_couverture(
    region: str,
    choix: Choix | None = None,
    *,
    mailles: Sequence[Maille] = MAILLES,
    on: date | None = None,
) -> Couverture:
    """Measure the coverage of a region (INSEE code), in a number of queries that does not depend on its size.

    Raise `Refused` when the choice makes no sense. Supply beyond the region is not counted: scores run
    low along its edge.
    """
    choix, on = choix or Choix(), on or timezone.localdate()
    wanted = tuple(dict.fromkeys((*mailles, Maille.REGION)))
    series = list_series(region)
    modes = list_modes(region) if choix.mode else {}
    _check(choix, series, modes)
    parametres = {code: get_parametre(f"diagnostics.{code}", on=on) for code in (*PARAMETRES, *PARTS)}
    value = {code: float(parametre.value) for code, parametre in parametres.items()}
    seuils = Seuils(choix.seuil_bas or value["seuil_bas"], choix.seuil_haut or value["seuil_haut"])
    if refusals := rules.check_ordre(seuils):
        raise Refused(*refusals)
    geographie = get_geographie(region, mailles=wanted)
    offre = _of_types(get_offre(region, annee=choix.annee_offre), choix.types)
    known = {Capacite.ETP: int(np.isfinite(offre.etp).sum()), Capacite.POSTES: int(np.isfinite(offre.postes).sum())}
    capacite = rules.pick_capacite(choix.capacite, len(offre.etp), known, value["part_connue_min"])
    distances = _distances(choix, geographie, offre, value, modes, on)
    publics = _publics(choix, geographie, series, distances, value["part_besoin_connu_min"], on)
    reglages = Reglages(
        distances.rayon * distances.metres,
        distances.sigma * distances.metres,
        tuple(distances.sigma * distances.metres * (1 + sign * value["variation_sigma"]) for sign in (-1, 1)),
        value["proximite_km"] * KM,
        value["part_besoin_connu_min"],
        seuils,
        Model(choix.modele),
        choix.decroissance,
        distances.rayons_unites,
        distances.rayons_sites,
        distances.matrice,
        distances.interne,
        None if choix.cible is None else choix.cible / per(capacite),
    )
    releve = measure(geographie, offre, publics.groupes, capacity_of(offre, capacite), reglages)
    return Couverture(
        region,
        choix,
        capacite,
        distances.rayon,
        distances.sigma,
        publics.besoins,
        series,
        geographie,
        offre,
        parametres,
        {**distances.parametres, **publics.rayons},
        publics.poids,
        seuils,
        releve,
        {maille: summarise(releve, maille, geographie.partitions[maille]) for maille in wanted},
    )


def what_if(couverture: Couverture, offre: Offre) -> Couverture:
    """Measure the coverage again with another supply, all else equal: the settings, the need, the thresholds.

    Raise `ValueError` when each site has a radius of its own: those of the other supply are not known.
    """
    releve = couverture.releve
    if releve.reglages.rayons_sites is not None:
        raise ValueError("a what-if needs one radius for all sites")
    capacite = capacity_of(offre, couverture.capacite)
    again = measure(couverture.geographie, offre, releve.groupes, capacite, releve.reglages)
    partitions = couverture.geographie.partitions
    mailles = {maille: summarise(again, maille, partitions[maille]) for maille in couverture.mailles}
    return replace(couverture, offre=offre, releve=again, mailles=mailles)


def _check(choix: Choix, series: Mapping[str, Sequence[int]], modes: Mapping[str, int]) -> None:
    """Raise `Refused` when the choice makes no sense."""
    known_years = series.get(choix.public, ())
    if choix.public == APL.code:
        known_years = tuple({annee for annees in series.values() for annee in annees})
    refusals = rules.check_choix(
        choix,
        publics=(*list_publics(), APL.code),
        annees=known_years,
        types=TypeSiae.values,
        decroissances=tuple(FAMILIES),
        modes=tuple(modes),
    )
    if refusals:
        raise Refused(*refusals)


@dataclass(frozen=True, slots=True)
class _Distances:
    """What is in reach: the radius and σ (km, or minutes), the radii that differ (metres), the matrix if there is one.

    `metres` is how many metres, or minutes, make one of their unit.
    """

    rayon: float
    sigma: float
    metres: float
    rayons_unites: Any = None
    rayons_sites: Any = None
    matrice: Any = None
    interne: float = 0.0
    parametres: dict[str, Parametre] = field(default_factory=dict)
    facteur: float = 1.0


def _distances(
    choix: Choix,
    geographie: Geographie,
    offre: Offre,
    value: Mapping[str, float],
    modes: Mapping[str, int],
    on: date,
) -> _Distances:
    """Return how far one goes. Radii that differ all move with the radius of the reader, in proportion."""
    ratio = value["sigma_km"] / value["rayon_km"]
    if choix.mode:
        parametres = {
            code: get_parametre(f"diagnostics.{code}", on=on) for code in (f"minutes_{choix.mode}", "minutes_interne")
        }
        minutes = choix.minutes or float(parametres[f"minutes_{choix.mode}"].value)
        matrice = get_matrice(geographie, Mode(choix.mode), modes[choix.mode])
        interne = float(parametres["minutes_interne"].value)
        sigma = choix.sigma_minutes or minutes * ratio
        return _Distances(minutes, sigma, 1.0, matrice=matrice, interne=interne, parametres=parametres)
    rayon_km = choix.rayon_km or value["rayon_km"]
    facteur = rayon_km / value["rayon_km"]
    sigma_km = choix.sigma_km or rayon_km * ratio
    plain = _Distances(rayon_km, sigma_km, KM, facteur=facteur)
    if choix.adaptation == Adaptation.DENSITE:
        radii, parametres = get_rayons_densite(geographie, value["rayon_km"], on)
        return replace(plain, rayons_unites=radii * facteur * KM, parametres=parametres)
    if choix.adaptation == Adaptation.TYPE:
        radii, parametres = get_rayons_types(offre, on)
        return replace(plain, rayons_sites=radii * facteur * KM, parametres=parametres)
    return plain


@dataclass(frozen=True, slots=True)
class _Publics:
    """Who shares the supply, and their need as one."""

    groupes: tuple[Groupe, ...]
    besoins: Besoins
    poids: dict[str, Parametre] = field(default_factory=dict)
    rayons: dict[str, Parametre] = field(default_factory=dict)


def _publics(
    choix: Choix,
    geographie: Geographie,
    series: dict[str, tuple[int, ...]],
    distances: _Distances,
    part_connue_min: float,
    on: date,
) -> _Publics:
    """Return the public of the choice, or the weighted ones. Raise `Refused` when none of these is known."""
    if choix.public == APL.code:
        each, poids, absents = get_ponderes(geographie, choix.annee, series, part_connue_min=part_connue_min, on=on)
        if not each:
            message = "Aucun des publics prioritaires n’a de besoin connu\u202f: importez d’abord leurs séries."
            raise Refused(Refusal("apl_sans_besoin", message, "public"))
        whole = weigh(each, poids, absents=absents)
        poids = {besoins.public.code: poids[besoins.public.code] for besoins in each}
    else:
        whole, poids = get_besoins(geographie, choix.public, choix.annee, series, on=on), {}
        each = [whole]
    groupes: list[Groupe] = []
    rayons: dict[str, Parametre] = {}
    for besoins in each:
        code, rayon = besoins.public.code, distances.rayon * distances.metres
        if choix.adaptation == Adaptation.PUBLIC and distances.matrice is None:
            own, parametres = get_rayon_public(code, distances.rayon / distances.facteur, on)
            rayon = own * distances.facteur * KM
            rayons |= parametres
        weight = float(poids[code].value) if code in poids else 1.0
        groupes.append(Groupe(code, besoins.public.libelle, besoins.valeurs, weight, rayon))
    return _Publics(tuple(groupes), whole, poids, rayons)


def _of_types(offre: Offre, types: tuple[str, ...]) -> Offre:
    """Keep the sites of the SIAE of these kinds (empty: all)."""
    if not types:
        return offre
    kept = np.isin(offre.type, types)
    values = {each.name: getattr(offre, each.name) for each in fields(offre)}
    arrays: dict[str, Any] = {name: value[kept] for name, value in values.items() if isinstance(value, np.ndarray)}
    return replace(offre, **arrays)
