"""The supply of a territory: SIAE by kind and trade, ETP, places, distance, women and men.

Figures are those of the sites that stand in the territory (`structures.queries.offre`, as on the map): those of the
communes add up to those of the region. People are told apart from them, for a whole département or the region, in the
one table a year that `structures.queries.effectifs` publishes: what is finer, or narrowed, would undo its secrecy.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.references.economie.queries.zones import list_unites
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Activite, EffectifAnnuel, GroupeSecteur, Implantation
from maillage.references.structures.queries.effectifs import Metier, count_declarantes, list_metiers, list_salaries
from maillage.references.structures.queries.offre import get_offre
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from maillage.references.structures.queries.offre import Offre as Sites

FIGURES = ("postes", "etp_conventionnes", "etp")
MASQUE = "secret"
Salaries = int | str | None


@dataclass(frozen=True, slots=True)
class LigneOffre:
    """A SIAE seen from a territory: the figures of its sites here, its nearest site, its sectors.

    One without a site here has those of its sites in the region. `distance_km` goes in a straight line from the point
    of the place asked for to the nearest site; None when one of them has no point. `parts` are shares of the hours by
    group of sectors (None: unknown). `etp` is what was worked, or what was granted where that is not known.
    """

    pk: int
    nom: str
    type_siae: str
    commune: str
    departement: str
    ici: bool
    distance_km: float | None
    postes: float | None
    etp_conventionnes: float | None
    etp: float | None
    secteurs: tuple[str, ...]
    parts: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Ensemble:
    """What SIAE add up to: a kind, or a group of sectors. None is unknown; `salaries` may be « secret »."""

    code: str
    libelle: str
    siae: int
    postes: float | None
    etp_conventionnes: float | None
    etp: float | None
    part: float | None = None
    salaries: Salaries = None


@dataclass(frozen=True, slots=True)
class Mixite:
    """Women and men by trade in `lieu`, the département or the region that holds a territory; `declarantes`: SIAE."""

    lieu: str
    metiers: tuple[Metier, ...]
    declarantes: int


@dataclass(frozen=True, slots=True)
class Offre:
    """The supply of a territory one year; `lignes` are every SIAE of the region that the filters keep.

    `mixite` is None when filters narrow the SIAE, `avec_salaries` False then and under the département.
    """

    territoire: Territoire
    annee: int | None
    lignes: tuple[LigneOffre, ...]
    types: tuple[Ensemble, ...]
    groupes: tuple[Ensemble, ...]
    total: Ensemble
    mixite: Mixite | None
    avec_salaries: bool

    @property
    def ici(self) -> list[LigneOffre]:
        """The SIAE with a site in the territory."""
        return [ligne for ligne in self.lignes if ligne.ici]


def list_annees() -> list[int]:
    """Return the years of the figures, the newest first."""
    return list(EffectifAnnuel.objects.order_by("-annee").values_list("annee", flat=True).distinct())


def get_offre_iae(
    territoire: Territoire,
    region: str,
    *,
    annee: int | None = None,
    types: Sequence[str] = (),
    groupe: str = "",
    lieu: Territoire | None = None,
) -> Offre:
    """Return the supply of a territory, of some kinds and one group of sectors if asked, in twelve queries at most.

    `lieu` is where distances are measured from: the point of the territory unless another one is given.
    """
    sites = get_offre(region, annee=annee)
    communes = dict(Territoire.objects.filter(pk__in=list_unites(territoire)).values_list("code", "departement"))
    labels = dict(GroupeSecteur.objects.order_by("ordre").values_list("code", "libelle"))
    here = np.isin(sites.unite_code, list(communes))
    distances = _measure(sites, lieu or territoire)
    noms, activites = _read_noms(sites), _read_activites(set(sites.siae_pk.tolist()))
    lignes = []
    for siae, positions in _by_siae(sites, types).items():
        works = activites.get(siae, [])
        if not groupe or groupe in {code for code, _, _ in works}:
            lignes.append(_ligne(siae, positions, sites, here, distances, noms, works))
    lignes.sort(key=lambda ligne: (ligne.distance_km is None, ligne.distance_km or 0.0, ligne.nom))
    present = [ligne for ligne in lignes if ligne.ici]
    whole = not (types or groupe)
    avec_salaries = whole and sites.annee is not None and territoire.niveau in {Niveau.REGION, Niveau.DEPARTEMENT}
    departement = _departement(territoire, set(communes.values()))
    salaries = list_salaries(sites.annee, departement) if avec_salaries and sites.annee else {}
    return Offre(
        territoire=territoire,
        annee=sites.annee,
        lignes=tuple(lignes),
        types=tuple(
            _add(kind.value, kind.label, [each for each in present if each.type_siae == kind], salaries)
            for kind in TypeSiae
        ),
        groupes=tuple(_list_groupes(present, labels, groupe)),
        total=_add("total", "ensemble", present, salaries),
        mixite=get_mixite(territoire, sites.annee, departement) if whole and sites.annee else None,
        avec_salaries=avec_salaries,
    )


def get_mixite(territoire: Territoire, annee: int, departement: str) -> Mixite:
    """Return women and men by trade of a year in a département ("": the region), that of the territory or around it."""
    level, code = (Niveau.DEPARTEMENT, departement) if departement else (Niveau.REGION, settings.MAILLAGE_REGION)
    named = Territoire.objects.filter(niveau=level, code=code)
    name = territoire if territoire.niveau == level else named.order_by("-millesime").first()
    return Mixite(str(name or code), tuple(list_metiers(annee, departement)), count_declarantes(annee, departement))


def draw_types(offre: Offre) -> BarChart:
    """Return the ETP by kind of SIAE."""
    bars = [Bar(each.libelle, each.etp) for each in offre.types if each.siae]
    return BarChart("ETP par type de SIAE", _when(offre), "ETP", bars, "Type", digits=1)


def draw_groupes(offre: Offre) -> BarChart:
    """Return the share of the hours by group of sectors."""
    bars = [Bar(each.libelle, None if each.part is None else 100 * each.part) for each in offre.groupes if each.siae]
    return BarChart("Part des heures par secteur", _when(offre), "Part des heures (%)", bars, "Secteur", digits=1)


def _when(offre: Offre) -> str:
    return f"{offre.territoire}, {offre.annee}." if offre.annee else f"{offre.territoire}."


def _departement(territoire: Territoire, departements: set[str]) -> str:
    """Return the département that a territory is or lies in; "" for the region, or across several."""
    if territoire.niveau == Niveau.REGION:
        return ""
    if territoire.niveau == Niveau.DEPARTEMENT:
        return territoire.code
    return next(iter(departements)) if len(departements) == 1 else ""


def _by_siae(sites: Sites, types: Sequence[str]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for position, (siae, kind) in enumerate(zip(sites.siae_pk.tolist(), sites.type.tolist(), strict=True)):
        if not types or kind in types:
            found[siae].append(position)
    return dict(found)


def _read_noms(sites: Sites) -> dict[tuple[int, str], tuple[str, str, str]]:
    """Return, by SIAE and commune of a site, the names of both and the département."""
    rows = Implantation.objects.filter(siae__in=set(sites.siae_pk.tolist()))
    names = ("siae_id", "commune__code", "siae__nom", "commune__nom", "commune__departement")
    return {(siae, code): (nom, commune, land) for siae, code, nom, commune, land in rows.values_list(*names)}


def _measure(sites: Sites, lieu: Territoire) -> Any:
    """Return the distance of each site from the point of a place, in km; nan when one has none."""
    if lieu.x is None or lieu.y is None:
        return np.full(len(sites.x), np.nan)
    return np.hypot(sites.x - lieu.x, sites.y - lieu.y) / 1000


def _read_activites(siae: Iterable[int]) -> dict[int, list[tuple[str, str, float | None]]]:
    """Return, by SIAE, its sectors: group, title, share of the hours between 0 and 1 (None: unknown)."""
    found: defaultdict[int, list[tuple[str, str, float | None]]] = defaultdict(list)
    rows = Activite.objects.filter(siae__in=list(siae)).order_by("-part_heures", "secteur__libelle")
    for pk, code, libelle, part in rows.values_list(
        "siae_id", "secteur__groupe__code", "secteur__libelle", "part_heures"
    ):
        found[pk].append((code, libelle, None if part is None else float(part) / 100))
    return dict(found)


def _ligne(
    siae: int,
    positions: Sequence[int],
    sites: Sites,
    here: Any,
    distances: Any,
    noms: Mapping[tuple[int, str], tuple[str, str, str]],
    works: Sequence[tuple[str, str, float | None]],
) -> LigneOffre:
    known = {place: float(distances[place]) for place in positions if np.isfinite(distances[place])}
    nearest = min(known, key=known.__getitem__) if known else positions[0]
    nom, commune, departement = noms[siae, str(sites.unite_code[nearest])]
    standing = [place for place in positions if here[place]]
    return LigneOffre(
        pk=siae,
        nom=nom,
        type_siae=str(sites.type[nearest]),
        commune=commune,
        departement=departement,
        ici=bool(standing),
        distance_km=known.get(nearest),
        **{name: _total(getattr(sites, name)[standing or positions].tolist()) for name in FIGURES},
        secteurs=tuple(libelle for _, libelle, _ in works),
        parts=tuple((code, part) for code, _, part in works),
    )


def _total(values: Iterable[float | None]) -> float | None:
    """Add up what is known; None when nothing is."""
    known = [value for value in values if value is not None and np.isfinite(value)]
    return sum(known) if known else None


def _add(code: str, libelle: str, lignes: Sequence[LigneOffre], salaries: Mapping[str, int | None]) -> Ensemble:
    figures: dict[str, Any] = {name: _total(getattr(ligne, name) for ligne in lignes) for name in FIGURES}
    told: Salaries = None
    if code in salaries:
        known = salaries[code]
        told = MASQUE if known is None else known
    return Ensemble(code, libelle, len(lignes), **figures, salaries=told)


def _list_groupes(lignes: Sequence[LigneOffre], labels: Mapping[str, str], only: str) -> list[Ensemble]:
    """Share the ETP of each SIAE between its groups by their part of the hours; what is unknown bears nothing."""
    count: defaultdict[str, set[int]] = defaultdict(set)
    parts: defaultdict[str, list[tuple[LigneOffre, float]]] = defaultdict(list)
    for ligne in lignes:
        for code, part in ligne.parts:
            count[code].add(ligne.pk)
            if part is not None:
                parts[code].append((ligne, part))
    etp = {code: _share(parts[code], "etp") for code in count}
    total = _total(etp.values())
    rows = []
    for code, libelle in labels.items():
        if code in count and (not only or code == only):
            worked = etp[code]
            share = worked / total if worked is not None and total else None
            granted = _share(parts[code], "etp_conventionnes")
            rows.append(Ensemble(code, libelle, len(count[code]), None, granted, worked, share))
    return sorted(rows, key=lambda row: (-(row.etp or 0.0), row.libelle))


def _share(parts: Iterable[tuple[LigneOffre, float]], name: str) -> float | None:
    known = [(getattr(ligne, name), part) for ligne, part in parts]
    return _total(None if figure is None else part * figure for figure, part in known)
