"""Does the ranking hold when the settings move? The same data under other models, radii and decays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from maillage.domains.diagnostics.enums import Modele
from maillage.domains.diagnostics.queries.mesures import access_by, measure
from maillage.foundations.compute.accessibility import Model
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.compute.sensitivity import sensitivity
from maillage.foundations.kernel.templatetags.ui import nombre, pourcent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne, Reglages
    from maillage.references.territoires.enums import Maille

# The part of the territories that is watched: those of lowest accessibility.
PART = 0.2
# Kendall's τ from which two rankings are said to be close, and under which they are said to differ.
CLOSE, FAR = 0.8, 0.6


@dataclass(frozen=True, slots=True)
class Variante:
    """Another setting: its name, how near its ranking is to the one shown (τ of Kendall, None when it has no sense),
    and the share of the lowest territories that are still among the lowest."""

    libelle: str
    tau: float | None
    gardes: float


@dataclass(frozen=True, slots=True)
class Fourchette:
    """The rank of a territory with the settings shown, and the lowest and highest under all; None when unknown.

    `toujours` tells that it is among the lowest whatever the setting, `parfois` that it is so in some of them only.
    """

    ligne: Ligne
    rang: int | None
    bas: int | None
    haut: int | None
    toujours: bool
    parfois: bool

    @property
    def amplitude(self) -> int | None:
        """How many ranks the settings move the territory by."""
        return None if self.bas is None or self.haut is None else self.haut - self.bas


@dataclass(frozen=True, slots=True)
class Sensibilite:
    """The variants, the range of ranks of each territory of a maille, and how many are the lowest everywhere."""

    variantes: tuple[Variante, ...]
    fourchettes: tuple[Fourchette, ...]
    effectif: int
    derniers: int

    @property
    def stables(self) -> int:
        """How many territories are among the lowest whatever the setting."""
        return sum(each.toujours for each in self.fourchettes)


def compute_sensibilite(couverture: Couverture, maille: Maille) -> Sensibilite | None:
    """Rank the territories of a maille again under each variant; None when fewer than two have a known accessibility.

    No query: the data are those of the coverage.
    """
    partition, releve = couverture.geographie.partitions[maille], couverture.releve
    variants = dict(_variants(couverture))
    base = access_by(releve, partition)
    others = [
        access_by(
            measure(
                releve.geographie,
                releve.offre,
                [replace(groupe, rayon=groupe.rayon * factor) for groupe in releve.groupes],
                releve.capacite,
                reglages,
            ),
            partition,
        )
        for reglages, factor in variants.values()
    ]
    known = np.isfinite(np.vstack([base, *others])).all(axis=0)
    if known.sum() < 2:
        return None
    result = sensitivity(base, others, PART)
    lowest = max(1, int(np.ceil(PART * known.sum() - 1e-9)))
    lignes = couverture.mailles[maille]
    return Sensibilite(
        tuple(
            Variante(name, None if np.isnan(tau) else float(tau), float(kept))
            for name, tau, kept in zip(variants, result.kendall, result.kept, strict=True)
        ),
        tuple(
            Fourchette(
                ligne,
                _whole(result.ranks[position]),
                _whole(result.lowest[position]),
                _whole(result.highest[position]),
                bool(result.always[position]),
                bool(result.lowest[position] <= lowest) and not result.always[position],
            )
            for position, ligne in enumerate(lignes)
        ),
        int(known.sum()),
        lowest,
    )


def _whole(rank: float) -> int | None:
    return None if np.isnan(rank) else int(rank)


def _variants(couverture: Couverture) -> Iterator[tuple[str, tuple[Reglages, float]]]:
    """Yield the other settings, each with what it multiplies the radii by: only what differs from the one shown."""
    shown = replace(couverture.releve.reglages, variantes=())
    sway = float(couverture.parametres["variation_sigma"].value)
    bends = FAMILIES[shown.decroissance].bends and shown.modele != Model.TWO_STEP
    for sign in (-1, 1):
        part = f"{'−' if sign < 0 else '+'}{pourcent(sway, 0)}"
        if bends:
            yield f"écart-type {part}", (replace(shown, sigma=shown.sigma * (1 + sign * sway)), 1.0)
        factor = 1 + sign * sway
        scaled: dict[str, Any] = {
            name: None if radii is None else radii * factor
            for name, radii in (("rayons_unites", shown.rayons_unites), ("rayons_sites", shown.rayons_sites))
        }
        yield f"rayon {part}", (replace(shown, rayon=shown.rayon * factor, **scaled), factor)
    for modele in (Modele.DEUX_SFCA, Modele.E2SFCA, Modele.TROIS_SFCA):
        if Model(modele) != shown.modele:
            yield f"modèle {modele.label.partition(chr(0x202F))[0]}", (replace(shown, modele=Model(modele)), 1.0)
    for decroissance in ("gaussienne", "exponentielle", "paliers"):
        if decroissance != shown.decroissance and shown.modele != Model.TWO_STEP:
            label = FAMILIES[decroissance].label
            yield f"décroissance {label[:1].lower()}{label[1:]}", (replace(shown, decroissance=decroissance), 1.0)


def describe_stabilite(sensibilite: Sensibilite) -> str:
    """Say how far the bottom of the ranking can be relied on."""
    stable, lowest, count = sensibilite.stables, sensibilite.derniers, len(sensibilite.variantes)
    taus = [variante.tau for variante in sensibilite.variantes if variante.tau is not None]
    worst = min(taus, default=1.0)
    trust = (
        "Le classement change peu d’un réglage à l’autre"
        if worst >= CLOSE
        else "Le classement change en partie d’un réglage à l’autre"
        if worst >= FAR
        else "Le classement dépend beaucoup des réglages"
    )
    return (
        f"Des {nombre(lowest)} territoires les moins bien desservis sur {nombre(sensibilite.effectif)},"
        f" {nombre(stable)} le restent dans les {nombre(count)} autres réglages. {trust}."
    )
