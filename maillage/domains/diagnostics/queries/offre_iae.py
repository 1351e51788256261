"""The supply of a territory: SIAE by kind and trade, ETP granted and worked, places, distance, women and men.

One rule throughout: the figures of a SIAE in a département are shared equally between its sites there (as
`structures.queries.offre` does for the map); what is shown of a territory is the part of the sites that stand in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maillage.foundations.compute.geodesy import to_lambert93
from maillage.foundations.compute.secrecy import withhold
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.references.economie.queries.zones import list_unites
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Activite, EffectifAnnuel, EffectifSecteur, GroupeSecteur, Implantation
from maillage.references.structures.queries.annees import get_annee_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from maillage.references.territoires.models import Territoire

FIGURES = ("salaries", "postes", "etp_conventionnes", "etp_realises")
# No count of persons under this is published (RGPD; the rule of the house for every table on persons).
SEUIL_SECRET = 5
MASQUE = "secret"
Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class LigneOffre:
    """A SIAE seen from a territory: the part of its figures that its sites here bear, its nearest site, its sectors.

    `distance_km` goes in a straight line from the point of the place asked for to the nearest site; None when one of
    them has no point. `parts` are shares of the hours by group of sectors (None: unknown).
    """

    pk: int
    nom: str
    type_siae: str
    commune: str
    departement: str
    ici: bool
    distance_km: float | None
    salaries: float | None
    postes: float | None
    etp_conventionnes: float | None
    etp_realises: float | None
    secteurs: tuple[str, ...]
    parts: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Ensemble:
    """What SIAE add up to: a kind, or a group of sectors. None is unknown; `salaries` may be « secret »."""

    code: str
    libelle: str
    siae: int
    salaries: float | str | None
    postes: float | None
    etp_conventionnes: float | None
    etp_realises: float | None
    part: float | None = None


@dataclass(frozen=True, slots=True)
class Mixite:
    """Women and men of a group of sectors; cells under the threshold are « secret », and those that would tell them."""

    code: str
    libelle: str
    femmes: int | str
    hommes: int | str
    total: int | str

    @property
    def part_femmes(self) -> float | None:
        """The share of women; None when one of the two is withheld or nobody is there."""
        if isinstance(self.femmes, str) or isinstance(self.hommes, str) or not self.femmes + self.hommes:
            return None
        return self.femmes / (self.femmes + self.hommes)


@dataclass(frozen=True, slots=True)
class Offre:
    """The supply of a territory one year; `lignes` are every SIAE of the region that the filters keep."""

    territoire: Territoire
    annee: int | None
    lignes: tuple[LigneOffre, ...]
    types: tuple[Ensemble, ...]
    groupes: tuple[Ensemble, ...]
    total: Ensemble
    mixite: tuple[Mixite, ...]
    sans_mixite: int

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
    """Return the supply of a territory, of some kinds and one group of sectors if asked, in seven queries.

    `lieu` is where distances are measured from: the point of the territory unless another one is given.
    """
    annee = annee or get_annee_reference()
    unites = set(list_unites(territoire))
    sites = _read_sites(region, types)
    figures = _share(sites, annee)
    labels = dict(GroupeSecteur.objects.order_by("ordre").values_list("code", "libelle"))
    activites = _read_activites({site["siae_id"] for site in sites})
    lignes = []
    for siae, positions in _by_siae(sites).items():
        works = activites.get(siae, [])
        if groupe and groupe not in {code for code, _, _ in works}:
            continue
        lignes.append(_ligne(siae, positions, sites, figures, works, unites, lieu or territoire))
    lignes.sort(key=lambda ligne: (ligne.distance_km is None, ligne.distance_km or 0.0, ligne.nom))
    here = [ligne for ligne in lignes if ligne.ici]
    mixite, without = _read_mixite(here, annee, labels, groupe)
    return Offre(
        territoire=territoire,
        annee=annee,
        lignes=tuple(lignes),
        types=tuple(
            _hide([_add(kind.value, kind.label, [e for e in here if e.type_siae == kind]) for kind in TypeSiae])
        ),
        groupes=tuple(_list_groupes(here, labels, groupe)),
        total=_hide([_add("total", "ensemble", here)])[0],
        mixite=tuple(mixite),
        sans_mixite=without,
    )


def draw_types(offre: Offre) -> BarChart:
    """Return the ETP worked by kind of SIAE."""
    bars = [Bar(each.libelle, each.etp_realises) for each in offre.types if each.siae]
    return BarChart("ETP réalisés par type de SIAE", _when(offre), "ETP réalisés", bars, "Type", digits=1)


def draw_groupes(offre: Offre) -> BarChart:
    """Return the share of the hours by group of sectors."""
    bars = [Bar(each.libelle, None if each.part is None else 100 * each.part) for each in offre.groupes if each.siae]
    return BarChart("Part des heures par secteur", _when(offre), "Part des heures (%)", bars, "Secteur", digits=1)


def draw_mixite(offre: Offre) -> BarChart | None:
    """Return the share of women by group of sectors; None when nothing may be told."""
    bars = [
        Bar(each.libelle, None if each.part_femmes is None else 100 * each.part_femmes, strong=each.code == "total")
        for each in offre.mixite
    ]
    known = [bar for bar in bars if bar.value is not None]
    hidden = len(bars) - len(known)
    description = _when(offre) + (f" Secteurs secrets, non dessinés\u202f: {hidden}." if hidden else "")
    return BarChart("Part des femmes par secteur", description, "Femmes (%)", known, "Secteur") if known else None


def _when(offre: Offre) -> str:
    return f"{offre.territoire}, {offre.annee}." if offre.annee else f"{offre.territoire}."


def _read_sites(region: str, types: Sequence[str]) -> list[dict[str, Any]]:
    """Return every site of the active SIAE present in the region, the principal of each first."""
    present = Implantation.objects.filter(commune__region=region).values("siae")
    rows = Implantation.objects.filter(siae__in=present, siae__fin__isnull=True)
    if types:
        rows = rows.filter(siae__type_siae__in=types)
    names = ("siae_id", "siae__nom", "siae__type_siae", "commune_id", "commune__nom", "commune__departement")
    points = ("commune__x", "commune__y", "longitude", "latitude")
    found: list[Any] = list(rows.order_by("siae_id", "-principale", "pk").values(*names, *points))
    return found


def _by_siae(sites: Sequence[dict[str, Any]]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for position, site in enumerate(sites):
        found[site["siae_id"]].append(position)
    return dict(found)


def _share(sites: Sequence[dict[str, Any]], annee: int | None) -> list[Figures]:
    """Return the figures that each site bears: those of its SIAE in its département, shared between its sites there."""
    borne: list[Figures] = [dict.fromkeys(FIGURES) for _ in sites]
    by_siae = _by_siae(sites)
    rows = EffectifAnnuel.objects.filter(annee=annee or 0, siae__in=list(by_siae))
    for siae, departement, *values in rows.values_list("siae_id", "departement__code", *FIGURES):
        here = [position for position in by_siae[siae] if sites[position]["commune__departement"] == departement]
        bearers = here or by_siae[siae][:1]
        for name, value in zip(FIGURES, values, strict=True):
            if value is not None:
                for position in bearers:
                    borne[position][name] = (borne[position][name] or 0.0) + float(value) / len(bearers)
    return borne


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
    sites: Sequence[dict[str, Any]],
    figures: Sequence[Figures],
    works: Sequence[tuple[str, str, float | None]],
    unites: set[int],
    lieu: Territoire,
) -> LigneOffre:
    here = [position for position in positions if sites[position]["commune_id"] in unites]
    distances = {position: _distance(sites[position], lieu) for position in positions}
    known = {position: distance for position, distance in distances.items() if distance is not None}
    nearest = min(known, key=known.__getitem__) if known else positions[0]
    site = sites[nearest]
    return LigneOffre(
        pk=siae,
        nom=site["siae__nom"],
        type_siae=site["siae__type_siae"],
        commune=site["commune__nom"],
        departement=site["commune__departement"],
        ici=bool(here),
        distance_km=known.get(nearest),
        **{name: _sum(figures[position][name] for position in (here or positions)) for name in FIGURES},
        secteurs=tuple(libelle for _, libelle, _ in works),
        parts=tuple((code, part) for code, _, part in works),
    )


def _distance(site: dict[str, Any], lieu: Territoire) -> float | None:
    if lieu.x is None or lieu.y is None:
        return None
    x, y = site["commune__x"], site["commune__y"]
    if site["longitude"] is not None:
        [x], [y] = to_lambert93([site["longitude"]], [site["latitude"]])
    if x is None or y is None or not np.isfinite(x):
        return None
    return float(np.hypot(x - lieu.x, y - lieu.y)) / 1000


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _add(code: str, libelle: str, lignes: Sequence[LigneOffre]) -> Ensemble:
    figures: dict[str, Any] = {name: _sum(getattr(ligne, name) for ligne in lignes) for name in FIGURES}
    return Ensemble(code, libelle, len(lignes), **figures)


def _hide(ensembles: list[Ensemble]) -> list[Ensemble]:
    """Withhold the counts of employees under the threshold, and what would tell them by subtraction."""
    known = [each for each in ensembles if isinstance(each.salaries, float)]
    if not known:
        return ensembles
    counts = np.array([[round(float(each.salaries))] for each in known], dtype=np.int64)  # type: ignore[arg-type]
    hidden = {each.code for each, mask in zip(known, withhold(counts, SEUIL_SECRET)[:-1, 0], strict=True) if mask}
    return [_withheld(each) if each.code in hidden else each for each in ensembles]


def _withheld(each: Ensemble) -> Ensemble:
    figures = (each.postes, each.etp_conventionnes, each.etp_realises)
    return Ensemble(each.code, each.libelle, each.siae, MASQUE, *figures, each.part)


def _list_groupes(lignes: Sequence[LigneOffre], labels: dict[str, str], only: str) -> list[Ensemble]:
    """Share the ETP of each SIAE between its groups by their part of the hours; a group unknown to it bears nothing."""
    etp: defaultdict[str, float] = defaultdict(float)
    granted: defaultdict[str, float] = defaultdict(float)
    count: defaultdict[str, set[int]] = defaultdict(set)
    for ligne in lignes:
        for code, part in ligne.parts:
            count[code].add(ligne.pk)
            if part is not None:
                etp[code] += part * (ligne.etp_realises or 0.0)
                granted[code] += part * (ligne.etp_conventionnes or 0.0)
    total = sum(etp.values())
    rows = [
        Ensemble(
            code,
            libelle,
            len(count[code]),
            None,
            None,
            granted.get(code),
            etp.get(code),
            etp[code] / total if total and code in etp else None,
        )
        for code, libelle in labels.items()
        if count[code] and (not only or code == only)
    ]
    return sorted(rows, key=lambda row: (-(row.etp_realises or 0.0), row.libelle))


def _read_mixite(
    lignes: Sequence[LigneOffre], annee: int | None, labels: dict[str, str], only: str
) -> tuple[list[Mixite], int]:
    """Return women and men by group, over the SIAE of the territory, and how many of these have told nothing."""
    pks = [ligne.pk for ligne in lignes]
    rows = EffectifSecteur.objects.filter(siae__in=pks, annee=annee or 0, femmes__isnull=False, hommes__isnull=False)
    counts: dict[str, list[int]] = {}
    told: set[int] = set()
    for siae, code, femmes, hommes in rows.values_list("siae_id", "secteur__groupe__code", "femmes", "hommes"):
        told.add(siae)
        if not only or code == only:
            cell = counts.setdefault(code, [0, 0])
            cell[0] += femmes or 0
            cell[1] += hommes or 0
    codes = [code for code in labels if code in counts]
    if not codes:
        return [], len(pks) - len(told)
    table = np.array([counts[code] for code in codes], dtype=np.int64)
    hidden = withhold(table, SEUIL_SECRET)
    full = np.vstack([table, table.sum(axis=0)])
    found = []
    for row, (code, libelle) in enumerate([*((code, labels[code]) for code in codes), ("total", "ensemble")]):
        cells = [*full[row].tolist(), int(full[row].sum())]
        shown = [MASQUE if mask else int(value) for value, mask in zip(cells, hidden[row].tolist(), strict=True)]
        found.append(Mixite(code, libelle, *shown))
    return found, len(pks) - len(told)
