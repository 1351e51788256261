"""Great projects: their list, their sheet, their map, their calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Subquery, Sum

from maillage.foundations.compute.geodesy import to_lambert93
from maillage.foundations.kernel.drawings import Legend, MapDrawing, Point, Shape, Span, Timeline
from maillage.references.economie.enums import EtatProjet, Programme
from maillage.references.economie.models import GrandProjet, LieuProjet
from maillage.references.economie.rules import FicheLieu, FichePhase, FicheProjet, arrange
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.queries.millesimes import current_millesime
from maillage.references.territoires.queries.traces import find_frame, get_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

# Kinds of marks of the map: five at most (`kernel.drawings`), the last two programmes share one.
_KINDS = (Programme.GPE, Programme.NPNRU, Programme.JOP, Programme.TRANSPORT, Programme.AMENAGEMENT)
_KIND_LABELS = (*(programme.label for programme in _KINDS[:-1]), "aménagement et autres projets")
_STATES = {EtatProjet.ANNONCE: 0, EtatProjet.EN_COURS: 1, EtatProjet.TERMINE: 2, EtatProjet.ABANDONNE: 2}


def list_projets() -> QuerySet[GrandProjet]:
    """Return the great projects with the names of their communes and the posts of their trades."""
    communes = StringAgg("lieux__commune__nom", ", ", distinct=True)
    postes = (
        GrandProjet.objects.filter(metiers__postes__isnull=False).values("pk").annotate(total=Sum("metiers__postes"))
    )
    return GrandProjet.objects.annotate(
        communes=communes, postes=Subquery(postes.filter(pk=OuterRef("pk")).values("total")[:1])
    ).order_by("nom", "pk")


def get_projet(public_id: UUID) -> GrandProjet | None:
    """Return a great project with all that its sheet shows."""
    related = ("lieux__commune", "phases", "metiers__fap", "acheteurs")
    return (
        GrandProjet.objects.filter(public_id=public_id).select_related("saisi_par").prefetch_related(*related).first()
    )


def describe_fiche(projet: GrandProjet) -> FicheProjet:
    """Return the sheet of a project as its form reads it."""
    return arrange(
        FicheProjet(
            nom=projet.nom,
            programme=projet.programme,
            description=projet.description,
            debut=projet.debut,
            fin=projet.fin,
            heures_prevues=projet.heures_prevues,
            heures_realisees=projet.heures_realisees,
            source=projet.source,
            lieux=tuple(
                FicheLieu(lieu.commune.code, lieu.nom, lieu.longitude, lieu.latitude)
                for lieu in projet.lieux.select_related("commune")
            ),
            phases=tuple(FichePhase(phase.nom, phase.debut, phase.fin) for phase in projet.phases.all()),
            metiers=tuple((metier.fap.code, metier.postes) for metier in projet.metiers.select_related("fap")),
            acheteurs=tuple(projet.acheteurs.values_list("siret", flat=True)),
        )
    )


def draw_projets(
    projets: Iterable[GrandProjet], region: str, *, link: Callable[[GrandProjet], str]
) -> MapDrawing | None:
    """Return the map of the places of projects, by programme; None when no outline is loaded."""
    try:
        millesime = current_millesime(region)
    except LookupError:
        return None
    frame = find_frame(region, millesime=millesime)
    if frame is None:
        return None
    by_key = {projet.pk: projet for projet in projets}
    lieux = list(LieuProjet.objects.filter(projet__in=by_key).select_related("commune").order_by("projet__nom", "pk"))
    points = []
    if lieux:
        degrees = np.array([(lieu.longitude, lieu.latitude) for lieu in lieux], dtype=np.float64)
        metres = np.array([(lieu.commune.x, lieu.commune.y) for lieu in lieux], dtype=np.float64)
        x, y = to_lambert93(*degrees.T)
        own = np.isfinite(x)
        px, py = frame.project(np.where(own, x, metres[:, 0]), np.where(own, y, metres[:, 1]))
        for lieu, left, top in zip(lieux, px.tolist(), py.tolist(), strict=True):
            if np.isfinite(left):
                projet = by_key[lieu.projet_id]
                kind = _kind(projet.programme)
                where = f"{lieu.nom}, {lieu.commune}" if lieu.nom else str(lieu.commune)
                points.append(
                    Point(round(left, 1), round(top, 1), projet.nom, kind, where, radius=8, href=link(projet))
                )
    ensembles = get_traces(region, Maille.INTERCOMMUNALITE, millesime=millesime)
    return MapDrawing(
        title="Les lieux des grands projets",
        description="Par programme, sur les EPT et EPCI.",
        viewbox=ensembles.viewbox,
        shapes=[Shape(code, "", path, "", None) for code, path in ensembles.paths.items()],
        legend=Legend("Grands projets", kinds=_KIND_LABELS),
        points=points,
        outlines=tuple(get_traces(region, Maille.DEPARTEMENT, millesime=millesime).paths.values()),
    )


def draw_calendrier(projets: Iterable[GrandProjet], *, on: date, link: Callable[[GrandProjet], str]) -> Timeline | None:
    """Return the periods of projects one under the other; None when no project has a known period."""
    spans = [
        Span(
            projet.nom,
            projet.debut,
            projet.fin,
            _STATES[EtatProjet(projet.etat)],
            projet.get_etat_display(),
            link(projet),
        )
        for projet in projets
        if projet.debut and projet.fin
    ]
    if not spans:
        return None
    kinds = ("annoncé", "en cours", "terminé ou abandonné")
    return Timeline("Calendrier des grands projets", "Du début à la fin prévue de chaque projet.", spans, kinds, on)


def draw_phases(projet: GrandProjet, *, on: date) -> Timeline | None:
    """Return the phases of one project; None when it has none."""
    phases = sorted(projet.phases.all(), key=lambda phase: (phase.debut, phase.nom))
    if not phases:
        return None
    kinds = ("à venir", "en cours", "achevée")
    spans = []
    for phase in phases:
        kind = 0 if phase.debut > on else 2 if phase.fin <= on else 1
        spans.append(Span(phase.nom, phase.debut, phase.fin, kind, kinds[kind]))
    return Timeline("Calendrier du projet", "Phase par phase.", spans, kinds, on, subject="Phase")


def _kind(programme: str) -> int:
    return _KINDS.index(Programme(programme)) if programme in _KINDS else len(_KINDS) - 1
