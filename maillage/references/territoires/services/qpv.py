"""Record the quartiers prioritaires de la politique de la ville: their communes and, when given, their outlines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from shapely.geometry import shape as read_geojson

from maillage.foundations.compute import coverage
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Contour, QpvCommune, Territoire
from maillage.references.territoires.permissions import Permission
from maillage.references.territoires.queries.communes import Lien, get_annuaire
from maillage.references.territoires.queries.contours import project
from maillage.references.territoires.queries.traces import current_millesime, find_frame
from maillage.references.territoires.rules import shared
from maillage.references.territoires.services.synchronisation import Synchronisation, lock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.territoires.queries.communes import Annuaire, Unite

Change = Literal["cree", "modifie", "inchange"]

_TERRITOIRES = Synchronisation(key=("code",), fields=("nom", "departement", "region", "x", "y"))
_LIENS = Synchronisation(key=("qpv_id", "commune_id"), fields=(), prune=True)
_CONTOURS = Synchronisation(key=("territoire_id", "region"), fields=("source", "millesime", "geometrie", "trace"))


# Simplification of an outline, in pixels of the regional map: a quartier is a few pixels wide.
_DETAIL = 0.5
_NOWHERE = Refusal("commune_absente", "Le quartier n’a pas de commune.", "communes")


@dataclass(frozen=True, slots=True)
class Quartier:
    """A quartier as a source gives it: every commune it lies in, and its outline (GeoJSON in degrees) when known."""

    code: str
    nom: str
    communes: tuple[str, ...]
    contour: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ResultatQuartier:
    """What became of a quartier; `warnings` say what was left aside though the quartier was recorded."""

    change: Change | None
    refusal: Refusal | None = None
    warnings: tuple[Refusal, ...] = ()


@dataclass(slots=True)
class _Place:
    """A quartier, the territories it lies in (units, or a city as a whole) and its outline in Lambert-93."""

    quartier: Quartier
    communes: list[Unite]
    shape: Any = None
    warnings: list[Refusal] = field(default_factory=list)


@transaction.atomic
def record_qpv(
    *, quartiers: Sequence[Quartier], millesime: int, source: str, actor: User | None, on: date
) -> list[ResultatQuartier]:
    """Record quartiers, each given once with all its communes; one result per quartier, in their order.

    In a city made of arrondissements, a quartier is placed in the city as a whole: a list of codes does not say in
    which arrondissement it lies. An outline that was recorded stays when a later source gives none. A quartier none of
    whose communes is known is refused. Recording again changes nothing.
    """
    if actor is not None and not (decision := granted(actor, Permission.LOAD)):
        raise Refused(Refusal("interdit", decision.reason))
    lock()
    annuaire = get_annuaire()
    places = [_place(quartier, annuaire) for quartier in quartiers]
    known = {place.quartier.code: place for place in places if place.communes}
    scope = Territoire.objects.filter(niveau=Niveau.QPV, millesime=millesime, code__in=known)
    before = _state(scope)
    _write(scope, known, millesime, source)
    after = _state(scope)
    changed = {code for code in known if before.get(code) != after[code]}
    for region in sorted({known[code].communes[0].region for code in changed}):
        subject = Territoire.objects.en_vigueur().get(niveau=Niveau.REGION, code=region)
        audit.record("record_qpv", subject, actor=actor, millesime=millesime, source=source, on=on.isoformat())
    return [_result(place, created=place.quartier.code not in before, changed=changed) for place in places]


def _place(quartier: Quartier, annuaire: Annuaire) -> _Place:
    place = _Place(quartier, [])
    for code in quartier.communes:
        designation = annuaire.find(code)
        if not designation.unites:
            message = f"La commune « {code} » est inconnue, ou sa région n’est pas chargée."
            place.warnings.append(Refusal("commune_inconnue", message, "communes"))
            continue
        commune = annuaire.villes[code] if designation.lien == Lien.VILLE else designation.unites[0]
        if commune not in place.communes:
            place.communes.append(commune)
    if quartier.contour is not None and place.communes:
        try:
            place.shape = _shape(quartier.contour)
        except ValueError as error:
            place.warnings.append(Refusal("contour", f"Contour laissé de côté\u202f: {error}", "contour"))
    return place


def _shape(contour: dict[str, Any]) -> Any:
    """Return the outline in Lambert-93; raise `ValueError` when it is not a polygon in degrees."""
    try:
        drawn = read_geojson(contour)
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise ValueError("il ne se lit pas comme une géométrie GeoJSON.") from error
    west, south, east, north = drawn.bounds or (0, 0, 0, 0)
    if drawn.geom_type not in {"Polygon", "MultiPolygon"} or drawn.is_empty:
        raise ValueError("un polygone est attendu.")
    if not (-180 <= west <= east <= 180 and 40 <= south <= north <= 52):
        raise ValueError("ses coordonnées ne sont pas des degrés (longitude, latitude) en métropole.")
    return shapely.make_valid(project(drawn))


def _state(quartiers: QuerySet[Territoire]) -> dict[str, tuple[Any, ...]]:
    """Return all that is known of each quartier, by code, to tell which ones an act changes."""
    rows = quartiers.annotate(communes=ArrayAgg("communes_du_qpv__commune_id", distinct=True))
    return {
        code: (nom, communes, bytes(outline or b""))
        for code, nom, communes, outline in rows.values_list("code", "nom", "communes", "contours__geometrie")
    }


def _write(scope: QuerySet[Territoire], known: dict[str, _Place], millesime: int, source: str) -> None:
    points = {code: (x, y) for code, x, y in scope.values_list("code", "x", "y")}
    _TERRITOIRES.run(
        scope, [_territoire(place, millesime, points.get(code, (None, None))) for code, place in known.items()]
    )
    pks = dict(scope.values_list("code", "pk"))
    _LIENS.run(
        QpvCommune.objects.filter(qpv__in=pks.values()),
        [
            QpvCommune(qpv_id=pks[code], commune_id=unite.pk)
            for code, place in known.items()
            for unite in place.communes
        ],
    )
    drawn = {code: place for code, place in known.items() if place.shape is not None}
    _CONTOURS.run(
        Contour.objects.filter(territoire__in=pks.values()),
        [_contour(pks[code], place, millesime, source) for code, place in drawn.items()],
    )


def _territoire(place: _Place, millesime: int, point: tuple[float | None, float | None]) -> Territoire:
    if place.shape is not None:
        inside = shapely.point_on_surface(place.shape)
        point = round(inside.x, 1), round(inside.y, 1)
    return Territoire(
        niveau=Niveau.QPV,
        code=place.quartier.code,
        nom=place.quartier.nom,
        millesime=millesime,
        departement=shared(unite.departement for unite in place.communes),
        region=shared(unite.region for unite in place.communes),
        x=point[0],
        y=point[1],
    )


def _contour(pk: int, place: _Place, millesime: int, source: str) -> Contour:
    """Draw the outline on the map of its region, to the pixel: it shares no edge with the communes."""
    region = place.communes[0].region
    frame = find_frame(region, millesime=current_millesime(region))
    drawing = coverage.draw(np.array([place.shape], dtype=object), frame, _DETAIL)[0] if frame else []
    return Contour(
        territoire_id=pk,
        region=region,
        source=source,
        millesime=millesime,
        geometrie=shapely.to_wkb(place.shape),
        trace=coverage.svg_path(drawing),
    )


def _result(place: _Place, *, created: bool, changed: set[str]) -> ResultatQuartier:
    if not place.communes:
        return ResultatQuartier(None, place.warnings[0] if place.warnings else _NOWHERE)
    change: Change = "inchange"
    if place.quartier.code in changed:
        change = "cree" if created else "modifie"
    return ResultatQuartier(change, warnings=tuple(place.warnings))
