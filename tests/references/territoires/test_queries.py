"""The geography as arrays, its drawing, and the commune of a point."""

from __future__ import annotations

import gzip
import math
import re

import numpy as np
import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.foundations.compute.geodesy import to_lambert93, to_wgs84
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Contour, Population, Territoire
from maillage.references.territoires.queries.geographie import get_geographie
from maillage.references.territoires.queries.localisation import Localisateur
from maillage.references.territoires.queries.traces import get_frame, get_traces

pytestmark = pytest.mark.usefixtures("ile_de_france")


class TestGeographie:
    def test_units_are_in_the_order_of_their_codes(self) -> None:
        geographie = get_geographie("11")
        assert (geographie.region, geographie.millesime, geographie.population_annee) == ("11", 2026, 2023)
        assert geographie.codes.tolist() == sorted(geographie.codes.tolist())
        position = geographie.codes.tolist().index("93066")
        assert geographie.noms[position] == "Saint-Denis"
        assert geographie.population[position] == 149_077
        assert geographie.departements[position] == "93"
        assert Territoire.objects.get(pk=int(geographie.pks[position])).code == "93066"

    def test_partitions_place_every_unit(self) -> None:
        geographie = get_geographie("11", mailles=[Maille.COMMUNE, Maille.INTERCOMMUNALITE, Maille.VILLE])
        assert {maille: len(p.codes) for maille, p in geographie.partitions.items()} == {
            Maille.COMMUNE: 1_285,
            Maille.INTERCOMMUNALITE: 63,
            Maille.VILLE: 1,
        }
        assert geographie.partitions[Maille.COMMUNE].index.tolist() == list(range(1_285))
        assert (geographie.partitions[Maille.VILLE].index == -1).sum() == 1_265
        epts = geographie.partitions[Maille.INTERCOMMUNALITE]
        index = epts.index[geographie.codes.tolist().index("93066")]
        assert (epts.codes[index], epts.noms[index], epts.niveaux[index]) == ("200057867", "Plaine Commune", Niveau.EPT)
        assert geographie.population[epts.index == index].sum() == 453_671

    def test_a_missing_population_is_not_zero(self) -> None:
        Population.objects.filter(unite__code="93066").delete()
        geographie = get_geographie("11")
        assert np.flatnonzero(np.isnan(geographie.population)).tolist() == [geographie.codes.tolist().index("93066")]

    def test_the_newest_year_is_retained_for_all(self) -> None:
        unite = Territoire.objects.get(niveau=Niveau.COMMUNE, code="93066")
        Population.objects.create(unite=unite, annee=2024, valeur=150_000, source="essai")
        geographie = get_geographie("11")
        assert (geographie.population_annee, np.nansum(geographie.population)) == (2024, 150_000)

    def test_four_queries_whatever_the_size(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            get_geographie("11")
        assert len(queries) == 4


class TestTraces:
    def test_layers_fit_the_page(self) -> None:
        paths, viewbox = get_traces("11", Maille.COMMUNE)
        assert (len(paths), viewbox) == (1_285, "0 0 1000 811")
        assert len(gzip.compress("\n".join(paths.values()).encode())) < 36_000

    @pytest.mark.parametrize(
        ("maille", "count"), [(Maille.INTERCOMMUNALITE, 63), (Maille.DEPARTEMENT, 8), (Maille.REGION, 1)]
    )
    def test_ensembles(self, maille: Maille, count: int) -> None:
        assert len(get_traces("11", maille).paths) == count

    def test_all_layers_cover_the_same_land(self) -> None:
        areas = [
            sum(_area(path) for path in get_traces("11", maille).paths.values())
            for maille in (Maille.COMMUNE, Maille.INTERCOMMUNALITE, Maille.DEPARTEMENT, Maille.REGION)
        ]
        assert areas == [areas[0]] * 4

    def test_points_are_placed_on_the_map(self) -> None:
        frame = get_frame("11")
        x, y = frame.project(*to_lambert93([2.35], [48.85]))
        assert frame.viewbox == "0 0 1000 811"
        assert (round(x[0]), round(y[0])) == (426, 285)


def _area(path: str) -> float:
    """Return the area of a path of commands M, h, v, l, z."""
    total = 0.0
    for ring in path.removesuffix("z").split("z"):
        points = [(0, 0)]
        for command, numbers in _commands(ring):
            step = 1 if command in "hv" else 2
            for at in range(0, len(numbers), step):
                x, y = points[-1]
                dx = numbers[at] if command != "v" else 0
                dy = numbers[at + step - 1] if command != "h" else 0
                points.append((dx, dy) if command == "M" else (x + dx, y + dy))
        ring_points = points[1:]
        total += sum(
            x0 * y1 - x1 * y0
            for (x0, y0), (x1, y1) in zip(ring_points, [*ring_points[1:], ring_points[0]], strict=True)
        )
    return total / 2


def _commands(ring: str) -> list[tuple[str, list[int]]]:
    return [
        (command, [int(number) for number in re.findall(r"-?\d+", numbers)])
        for command, numbers in re.findall(r"([Mlhv])([^Mlhv]*)", ring)
    ]


class TestLocalisation:
    def test_each_point_lies_in_its_commune(self) -> None:
        units = list(Territoire.objects.unites().order_by("code"))
        shapes = dict(Contour.objects.filter(territoire__in=units).values_list("territoire", "geometrie"))
        assert all(shapely.contains_xy(shapely.from_wkb(bytes(shapes[unit.pk])), unit.x, unit.y) for unit in units)

    @pytest.mark.parametrize(
        ("longitude", "latitude", "code"),
        [(2.371333, 48.969703, "93066"), (2.3522, 48.8566, "75104"), (2.7, 48.4, "77186")],
    )
    def test_inside(self, longitude: float, latitude: float, code: str) -> None:
        found = Localisateur.for_region("11").locate(longitude, latitude)
        assert (found.code, found.distance_m, found.hors_contour, found.permutees) == (code, 0.0, False, False)
        assert Territoire.objects.get(pk=found.pk).nom == found.nom

    def test_in_the_sea(self) -> None:
        found = Localisateur.for_region("11").locate(-5.0, 48.0)
        assert (found.pk, found.code, found.hors_contour, found.permutees) == (None, None, True, False)
        assert round(found.distance_m / 1000) == 490

    def test_just_outside_leads_to_the_nearest(self) -> None:
        region = shapely.from_wkb(bytes(Contour.objects.get(territoire__niveau=Niveau.REGION).geometrie))
        _, south, _, _ = region.bounds
        x = min(point[0] for point in region.exterior.coords if point[1] == south)
        localisateur = Localisateur.for_region("11")
        near, far = (localisateur.locate(*_degrees(x, south - gap)) for gap in (100, 1_000))
        assert (near.code, round(near.distance_m), near.hors_contour) == ("77099", 100, True)
        assert (far.code, round(far.distance_m), far.hors_contour) == (None, 1_000, True)

    def test_swapped_coordinates_are_told(self) -> None:
        found = Localisateur.for_region("11").locate(48.969703, 2.371333)
        assert (found.code, found.permutees) == (None, True)

    @pytest.mark.parametrize("point", [(math.nan, 48.9), (2.3, math.inf), (1e9, 48.9), (2.3, 91.0)])
    def test_what_is_no_place_lies_nowhere(self, point: tuple[float, float]) -> None:
        found = Localisateur.for_region("11").locate(*point)
        assert (found.code, found.distance_m, found.hors_contour, found.permutees) == (None, math.inf, True, False)

    def test_many_at_once(self) -> None:
        found = Localisateur.for_region("11").locate_all([2.371333, -5.0, 2.3522], [48.969703, 48.0, 48.8566])
        assert [place.code for place in found] == ["93066", None, "75104"]

    def test_it_is_built_once_until_the_outlines_change(self) -> None:
        first = Localisateur.for_region("11")
        assert Localisateur.for_region("11") is first
        Contour.objects.create(
            territoire=Territoire.objects.create(niveau=Niveau.COMMUNE, code="99999", millesime=2026, region="11"),
            region="11",
            millesime=2025,
            geometrie=shapely.to_wkb(shapely.box(0, 0, 1, 1)),
        )
        assert Localisateur.for_region("11") is not first


def _degrees(x: float, y: float) -> tuple[float, float]:
    longitude, latitude = to_wgs84([x], [y])
    return float(longitude[0]), float(latitude[0])
