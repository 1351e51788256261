"""The opportunities of a territory: trades wanted, the SIAE sectors that answer, great projects near, employers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, F
from django.utils import timezone

from maillage.foundations.compute.geodesy import to_lambert93
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.economie.enums import EtatProjet
from maillage.references.economie.models import Employeur, GrandProjet, LieuProjet
from maillage.references.economie.queries.metiers import get_marche
from maillage.references.economie.queries.zones import list_unites
from maillage.references.structures.models import GroupeSecteur, Siae
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.references.economie.queries.metiers import Marche, Metier

PROCHE = "economie.projet_proche_km"
MAX_EMPLOYEURS = 15


@dataclass(frozen=True, slots=True)
class Debouche:
    """A group of sectors: what employers seek in its trades, and the SIAE of the territory that work in it.

    `fortes` counts its trades in strong tension; None when the tension of none of them is known.
    """

    code: str
    libelle: str
    metiers: int
    projets: int | None
    secrets: int
    difficiles: float | None
    fortes: int | None
    siae: int


@dataclass(frozen=True, slots=True)
class ProjetProche:
    """A great project and how far its nearest place is from the territory; 0 inside."""

    projet: GrandProjet
    distance_km: float


@dataclass(frozen=True, slots=True)
class Opportunites:
    """All that a territory offers."""

    territoire: Territoire
    marche: Marche
    debouches: tuple[Debouche, ...]
    sans_secteur: int
    projets: tuple[ProjetProche, ...]
    rayon_km: float
    employeurs: tuple[Employeur, ...]
    employeurs_total: int


def get_opportunites(territoire: Territoire, annee: int | None = None) -> Opportunites:
    """Return the opportunities of a territory, in a constant number of queries."""
    marche = get_marche(territoire, annee)
    unites = list_unites(territoire)
    here = Employeur.objects.filter(commune__in=unites)
    wanted = here.select_related("commune").order_by(F("intentions").desc(nulls_last=True), "-tranche", "denomination")
    radius = float(get_parametre(PROCHE, on=timezone.localdate()).value)
    return Opportunites(
        territoire=territoire,
        marche=marche,
        debouches=tuple(_list_debouches(marche.metiers, unites)),
        sans_secteur=sum(not metier.fap.secteurs for metier in marche.metiers),
        projets=tuple(_list_projets(unites, radius)),
        rayon_km=radius,
        employeurs=tuple(wanted[:MAX_EMPLOYEURS]),
        employeurs_total=here.count(),
    )


def draw_metiers(marche: Marche, *, link: Callable[[Metier], str], most: int = 12) -> BarChart | None:
    """Return the trades most wanted as bars; None when no figure is known."""
    known = [metier for metier in marche.metiers if metier.projets is not None][:most]
    if not known:
        return None
    bars = [
        Bar(metier.libelle, float(metier.projets or 0), link(metier), strong=bool(metier.fap.secteurs))
        for metier in known
    ]
    description = f"Enquête de {marche.annee}\u202f; en gras, les métiers où des SIAE travaillent."
    return BarChart("Les métiers les plus recherchés", description, "Projets de recrutement", bars, subject="Métier")


def draw_debouches(debouches: Sequence[Debouche], *, link: Callable[[Debouche], str]) -> BarChart | None:
    """Return the groups of sectors by what employers seek in their trades."""
    known = [each for each in debouches if each.projets is not None]
    if not known:
        return None
    bars = [Bar(each.libelle, float(each.projets or 0), link(each), strong=not each.siae) for each in known]
    description = "En gras, les secteurs où aucune SIAE du territoire ne travaille."
    return BarChart(
        "Ce que les secteurs des SIAE peuvent viser", description, "Projets de recrutement", bars, "Secteur"
    )


def _list_debouches(metiers: Sequence[Metier], unites: Sequence[int]) -> list[Debouche]:
    """Add up the trades of each group; a trade that leads to two groups counts in both."""
    by_group: defaultdict[str, list[Metier]] = defaultdict(list)
    for metier in metiers:
        for code in metier.fap.secteurs:
            by_group[code].append(metier)
    counted = dict(
        Siae.objects.filter(fin__isnull=True, implantations__commune__in=unites)
        .values_list("activites__secteur__groupe__code")
        .annotate(Count("pk", distinct=True))
        .order_by()
    )
    rows = [
        _debouche(groupe, by_group.get(groupe.code, []), counted.get(groupe.code, 0))
        for groupe in GroupeSecteur.objects.order_by("ordre")
    ]
    return sorted(rows, key=lambda row: (-(row.projets or -1), row.libelle))


def _debouche(groupe: GroupeSecteur, metiers: Sequence[Metier], siae: int) -> Debouche:
    known = [metier.projets for metier in metiers if metier.projets is not None]
    shared = [(m.projets, m.part_difficiles) for m in metiers if m.projets and m.part_difficiles is not None]
    total = sum(projets for projets, _ in shared)
    return Debouche(
        code=groupe.code,
        libelle=groupe.libelle,
        metiers=len(metiers),
        projets=sum(known) if known else None,
        secrets=sum(metier.secrets for metier in metiers),
        difficiles=sum(projets * part for projets, part in shared) / total if total else None,
        fortes=sum(metier.forte for metier in metiers) if any(metier.tension for metier in metiers) else None,
        siae=siae,
    )


def _list_projets(unites: Sequence[int], radius_km: float) -> list[ProjetProche]:
    """Return the projects that go on with a place in the territory, or within the radius of one of its communes."""
    going = (EtatProjet.ANNONCE, EtatProjet.EN_COURS)
    lieux = list(LieuProjet.objects.filter(projet__etat__in=going).select_related("projet", "commune"))
    if not lieux:
        return []
    ground = set(unites)
    own = np.array(
        list(Territoire.objects.filter(pk__in=unites, x__isnull=False).values_list("x", "y")), dtype=np.float64
    ).reshape(-1, 2)
    degrees = np.array([(lieu.longitude, lieu.latitude) for lieu in lieux], dtype=np.float64)
    communes = np.array([(lieu.commune.x, lieu.commune.y) for lieu in lieux], dtype=np.float64)
    x, y = to_lambert93(*degrees.T)
    places = np.where(np.isfinite(x)[:, None], np.column_stack([x, y]), communes)
    nearest: dict[int, ProjetProche] = {}
    for lieu, place in zip(lieux, places, strict=True):
        if lieu.commune_id in ground:
            distance = 0.0
        elif len(own) and np.isfinite(place).all():
            distance = float(np.hypot(*(own - place).T).min()) / 1000
        else:
            continue
        known = nearest.get(lieu.projet_id)
        if distance <= radius_km and (known is None or distance < known.distance_km):
            nearest[lieu.projet_id] = ProjetProche(lieu.projet, distance)
    return sorted(nearest.values(), key=lambda each: (each.distance_km, each.projet.nom))
