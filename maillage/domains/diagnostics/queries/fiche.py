"""One territory among the others: what it holds, and what it is compared with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.enums import Capacite, Indicateur
from maillage.domains.diagnostics.queries.lecture import describe_ecart, describe_indicateur
from maillage.domains.diagnostics.queries.mesures import access_by_group
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.queries.siae import list_siae
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.foundations.compute.accessibility import FloatArray, IntArray
    from maillage.references.structures.models import Siae

# From the smallest to the largest: a territory is compared with the larger ones that hold it.
ECHELLE = (Maille.COMMUNE, Maille.INTERCOMMUNALITE, Maille.DEPARTEMENT, Maille.REGION)


@dataclass(frozen=True, slots=True)
class Fiche:
    """A territory, its communes (none for a commune), the larger territories, and its number among its peers.

    `unites` and `sites` are positions in the arrays of the geography and of the supply.
    """

    couverture: Couverture
    ligne: Ligne
    communes: tuple[Ligne, ...]
    comparaisons: tuple[Ligne, ...]
    effectif: int
    unites: IntArray
    sites: IntArray


def get_fiche(couverture: Couverture, niveau: str, code: str) -> Fiche | None:
    """Return the sheet of a territory, or None when the region has none of that level and code."""
    ligne = couverture.find(niveau, code)
    if ligne is None:
        return None
    units = _units(couverture, ligne)
    communes = couverture.mailles[Maille.COMMUNE]
    names = set(couverture.geographie.codes[units].tolist())
    return Fiche(
        couverture,
        ligne,
        tuple(communes[unit] for unit in units) if ligne.maille != Maille.COMMUNE else (),
        _larger(couverture, ligne, units),
        len(couverture.mailles[ligne.maille]),
        units,
        np.flatnonzero([unite in names for unite in couverture.offre.unite_code.tolist()]),
    )


def list_intercommunalites(fiche: Fiche) -> list[Ligne]:
    """Return the EPT and EPCI that have a commune in the territory, the worst served first: the level one acts at.

    One that lies astride is whole here: its figures are not those of its part. Empty for a territory that is no larger.
    """
    if fiche.ligne.maille not in {Maille.DEPARTEMENT, Maille.REGION}:
        return []
    partition = fiche.couverture.geographie.partitions[Maille.INTERCOMMUNALITE]
    positions = np.unique(partition.index[fiche.unites])
    lignes = [fiche.couverture.mailles[Maille.INTERCOMMUNALITE][each] for each in positions.tolist() if each >= 0]
    return sorted(lignes, key=lambda ligne: (ligne.rang is None, ligne.rang or 0))


def describe_communes(lignes: Sequence[Ligne]) -> str:
    """Count communes by their name: « 40 communes », « 20 arrondissements », « 1 285 communes et arrondissements »."""
    parts = sum(ligne.nom.endswith("Arrondissement") for ligne in lignes)
    name = "arrondissements" if parts == len(lignes) else "communes et arrondissements" if parts else "communes"
    return f"{nombre(len(lignes))} {name}" if len(lignes) > 1 else f"{len(lignes)} {name.removesuffix('s')}"


def describe_rang(fiche: Fiche) -> str:
    """Tell the rank of a territory among its peers; nothing for one that has none."""
    ligne = fiche.ligne
    if ligne.rang is None or ligne.maille == Maille.REGION:
        return ""
    peers = fiche.couverture.mailles[ligne.maille]
    names = {Maille.INTERCOMMUNALITE: "intercommunalités", Maille.DEPARTEMENT: "départements"}
    among = f"{nombre(len(peers))} {names[ligne.maille]}" if ligne.maille in names else describe_communes(peers)
    rank = f"Accessibilité au rang {nombre(ligne.rang)} parmi les {among}\u202f; le rang 1 est le plus faible."
    if ligne.rang_taux is None:
        return rank
    return f"{rank} Au seul taux, le rang serait {nombre(ligne.rang_taux)}\u202f: {describe_ecart(ligne)}."


@dataclass(frozen=True, slots=True)
class Presente:
    """A SIAE with a site in the territory: `salaries` and `etp` are those of its sites here (None: unknown).

    So the ETP of a list add up to those of the territory. `principale`: its main site is here, and counts it here.
    """

    siae: Siae
    principale: bool
    salaries: float | None
    etp: float | None


def list_presentes(fiche: Fiche) -> list[Presente]:
    """Return the SIAE counted by the computation (its kinds alone) that have a site in the territory, by name."""
    offre = fiche.couverture.offre
    here: defaultdict[int, list[int]] = defaultdict(list)
    for site in fiche.sites.tolist():
        here[int(offre.siae_pk[site])].append(site)
    return [
        Presente(
            siae,
            bool(offre.principale[here[siae.pk]].any()),
            _sum(offre.salaries[here[siae.pk]]),
            _sum(offre.etp[here[siae.pk]]),
        )
        for siae in list_siae().filter(pk__in=list(here)).prefetch_related(None)  # names are enough
    ]


def describe_presentes(fiche: Fiche, presentes: Sequence[Presente]) -> str:
    """Name the list beside the number of SIAE of the territory: a SIAE counts where its main site is, once."""
    kinds = f" ({', '.join(fiche.couverture.choix.types)})" if fiche.couverture.choix.types else ""
    main = sum(presente.principale for presente in presentes)
    if main == len(presentes):
        return f"SIAE{kinds} qui ont leur implantation principale ici\u202f: {nombre(main)}"
    count = nombre(len(presentes))
    return f"SIAE{kinds} qui ont un site ici\u202f: {count}, dont {nombre(main)} avec leur implantation principale"


def _sum(figures: FloatArray) -> float | None:
    known = figures[np.isfinite(figures)]
    return round(float(known.sum()), 2) if known.size else None


@dataclass(frozen=True, slots=True)
class Comparee:
    """A measure across territories, the one of the sheet first; `part` is its share of the region's value."""

    libelle: str
    valeurs: tuple[float | None, ...]
    part: float | None
    basse: bool


def compare(fiche: Fiche) -> list[Comparee]:
    """Set the three measures of a territory beside those of the larger ones that hold it."""
    couverture, lignes = fiche.couverture, (fiche.ligne, *fiche.comparaisons)
    compared = [
        Comparee(
            describe_indicateur(couverture, Indicateur(mesure.critere)),
            tuple(couverture.read(ligne, Indicateur(mesure.critere)) for ligne in lignes),
            mesure.rapport,
            mesure.is_low(couverture.seuils.bas),
        )
        for mesure in fiche.ligne.mesures
    ]
    return [*compared[:1], *_other_rates(couverture, lignes), *compared[1:]]


def _other_rates(couverture: Couverture, lignes: Sequence[Ligne]) -> list[Comparee]:
    """Tell the rate in ETP and in posts beside the one that is judged, when it counts something else."""
    others = ((Capacite.ETP, "taux_etp"), (Capacite.POSTES, "taux_postes"))
    return [
        Comparee(
            f"Pour mémoire, {capacite.label} pour {nombre(couverture.pour)} personnes",
            tuple(couverture.scale(getattr(ligne, name)) for ligne in lignes),
            _part(getattr(lignes[0], name), getattr(couverture.total, name)),
            basse=False,
        )
        for capacite, name in others
        if capacite != couverture.capacite
    ]


def _part(value: float | None, reference: float | None) -> float | None:
    return None if value is None or not reference else value / reference


def compare_portees(fiche: Fiche) -> list[Comparee]:
    """Set the share of the public that is near a SIAE of each kind beside that of the larger territories."""
    lignes, total = (fiche.ligne, *fiche.comparaisons), fiche.couverture.total
    return [
        Comparee(
            TypeSiae(kind).label,
            tuple(_percent(ligne.portee_par_type[kind]) for ligne in lignes),
            _part(fiche.ligne.portee_par_type[kind], total.portee_par_type[kind]),
            basse=False,
        )
        for kind in TypeSiae.values
    ]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


@dataclass(frozen=True, slots=True)
class PublicServi:
    """A public of the APL-IAE in a territory: its weight, its people here, what they reach here and in the region."""

    libelle: str
    poids: float
    personnes: float | None
    ici: float | None
    region: float | None

    @property
    def part(self) -> float | None:
        """What its people reach here over what they reach in the region."""
        return _part(self.ici, self.region)


def list_publics_servis(fiche: Fiche) -> list[PublicServi]:
    """Return the publics that share the supply, side by side; none when only one is counted."""
    couverture, releve = fiche.couverture, fiche.couverture.releve
    if len(releve.groupes) < 2 and not couverture.poids:
        return []
    here = access_by_group(releve, fiche.unites)
    whole = access_by_group(releve, np.arange(len(releve.besoin)))
    return [
        PublicServi(
            groupe.libelle,
            groupe.poids,
            _sum(groupe.besoin[fiche.unites]),
            couverture.scale(score),
            couverture.scale(reference),
        )
        for groupe, score, reference in zip(releve.groupes, here, whole, strict=True)
    ]


def draw_comparison(fiche: Fiche) -> BarChart:
    """Return the accessibility here and in the larger territories."""
    couverture, ligne = fiche.couverture, fiche.ligne
    bars = [
        Bar(other.nom, couverture.read(other, Indicateur.ACCESSIBILITE), strong=other is ligne)
        for other in (ligne, *fiche.comparaisons)
    ]
    unit = describe_indicateur(couverture, Indicateur.ACCESSIBILITE)
    return BarChart("Accessibilité comparée", "Ce territoire et ceux qui le contiennent.", unit, bars, digits=2)


def _units(couverture: Couverture, ligne: Ligne) -> IntArray:
    """Return the positions of the units of a territory."""
    if ligne.maille == Maille.COMMUNE:
        return np.flatnonzero(couverture.geographie.codes == ligne.code)
    partition = couverture.geographie.partitions[ligne.maille]
    same = (partition.codes == ligne.code) & (partition.niveaux == ligne.niveau)
    return np.flatnonzero(np.isin(partition.index, np.flatnonzero(same)))


def _larger(couverture: Couverture, ligne: Ligne, units: IntArray) -> tuple[Ligne, ...]:
    """Return the larger territories that hold all the units: an EPCI astride two départements has neither of them."""
    larger = []
    for maille in ECHELLE[ECHELLE.index(ligne.maille) + 1 :]:
        holders = np.unique(couverture.geographie.partitions[maille].index[units])
        if len(holders) == 1 and holders[0] >= 0:
            larger.append(couverture.mailles[maille][holders[0]])
    return tuple(larger)


def list_departements(region: str) -> list[tuple[str, str]]:
    """Return the code and the name of the départements of a region, by code."""
    departements = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=region)
    return list(departements.order_by("code").values_list("code", "nom"))
