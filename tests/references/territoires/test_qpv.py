"""Recording quartiers prioritaires, with or without their outlines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import shapely

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Contour, QpvCommune, Territoire
from maillage.references.territoires.services.qpv import Quartier, ResultatQuartier, record_qpv
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.usefixtures("ile_de_france")

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[2.36, 48.94], [2.37, 48.94], [2.37, 48.95], [2.36, 48.95], [2.36, 48.94]]],
}
DENIS = Quartier("QN09301M", "Quartier d’essai", ("93066",))


def record(*quartiers: Quartier) -> list[ResultatQuartier]:
    return record_qpv(quartiers=quartiers, millesime=2024, source="essai", actor=None, on=date(2026, 1, 1))


def communes(code: str) -> list[tuple[str, str]]:
    links = QpvCommune.objects.filter(qpv__code=code).order_by("commune__code")
    return list(links.values_list("commune__niveau", "commune__code"))


def test_a_quartier_without_outline() -> None:
    assert record(DENIS) == [ResultatQuartier("cree")]
    qpv = Territoire.objects.get(niveau=Niveau.QPV)
    assert (qpv.code, qpv.nom, qpv.millesime) == ("QN09301M", "Quartier d’essai", 2024)
    assert (qpv.departement, qpv.region, qpv.x) == ("93", "11", None)
    assert communes("QN09301M") == [("commune", "93066")]


def test_again_changes_nothing() -> None:
    quartier = Quartier("QN09301M", "Quartier d’essai", ("93066",), SQUARE)
    record(quartier)
    assert record(quartier) == [ResultatQuartier("inchange")]
    assert [act.acte for act in Acte.objects.all()] == ["record_qpv"]


def test_vanished_communes_and_several_departements() -> None:
    record(Quartier("QN09302I", "À cheval", ("93059", "93066", "95060", "93001")))
    assert communes("QN09302I") == [("commune", "93001"), ("commune", "93066"), ("commune", "95060")]
    assert Territoire.objects.get(code="QN09302I").departement == ""


def test_a_quartier_of_paris_is_in_paris_and_not_in_all_its_arrondissements() -> None:
    record(Quartier("QN07501M", "Paris", ("75056",)))
    assert communes("QN07501M") == [("ville", "75056")]


def test_communes_are_replaced() -> None:
    record(Quartier("QN09301M", "Quartier d’essai", ("93066", "93001")))
    assert record(DENIS) == [ResultatQuartier("modifie")]
    assert communes("QN09301M") == [("commune", "93066")]


def test_an_outline_is_kept_when_a_list_of_codes_comes_later() -> None:
    record(Quartier("QN09301M", "Quartier d’essai", ("93066",), SQUARE))
    assert record(DENIS) == [ResultatQuartier("inchange")]
    contour = Contour.objects.get(territoire__niveau=Niveau.QPV)
    outline = shapely.from_wkb(bytes(contour.geometrie))
    # 0.01° by 0.01° at this latitude: 733 m by 1,112 m
    assert outline.area == pytest.approx(733 * 1_112, rel=0.01)
    qpv = Territoire.objects.get(niveau=Niveau.QPV)
    assert shapely.contains_xy(outline, qpv.x, qpv.y)
    assert (contour.region, contour.trace) == ("11", "M436 220v-7h-5v7z")


@pytest.mark.parametrize(
    ("contour", "reason"),
    [
        ({"type": "Point", "coordinates": [2.3, 48.9]}, "un polygone est attendu."),
        ({"type": "Polygon", "coordinates": "?"}, "il ne se lit pas comme une géométrie GeoJSON."),
        ({"nothing": 1}, "il ne se lit pas comme une géométrie GeoJSON."),
        (
            {"type": "Polygon", "coordinates": [[[48.9, 2.3], [48.9, 2.4], [48.8, 2.4], [48.9, 2.3]]]},
            "ses coordonnées ne sont pas des degrés (longitude, latitude) en métropole.",
        ),
    ],
)
def test_a_wrong_outline_is_left_aside_and_told(contour: dict[str, Any], reason: str) -> None:
    [result] = record(Quartier("QN09301M", "Quartier d’essai", ("93066",), contour))
    assert result.change == "cree"
    assert [warning.message for warning in result.warnings] == [f"Contour laissé de côté\u202f: {reason}"]
    assert not Contour.objects.filter(territoire__niveau=Niveau.QPV).exists()


def test_unknown_communes() -> None:
    nowhere, partly = record(Quartier("QN01301M", "Loin", ("13055",)), Quartier("QN09301M", "Près", ("13055", "93066")))
    assert nowhere.change is None
    assert nowhere.refusal
    assert nowhere.refusal.code == "commune_inconnue"
    assert (partly.change, [warning.code for warning in partly.warnings]) == ("cree", ["commune_inconnue"])
    assert Territoire.objects.filter(niveau=Niveau.QPV).count() == 1


def test_only_the_operator_records() -> None:
    with pytest.raises(Refused, match="réservée"):
        record_qpv(quartiers=[DENIS], millesime=2024, source="", actor=UserFactory(), on=date(2026, 1, 1))
