"""Zonings of employment and quartiers prioritaires: the usual layouts, read as they are."""

from __future__ import annotations

import json

import pytest

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Contour, QpvCommune, Territoire
from tests.interfaces.imports.conftest import Import, counts, rejects

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]


@pytest.mark.parametrize(
    ("content", "maille", "zone", "millesime"),
    [
        (
            "codgeo,libgeo,ze2020,libze2020,ze_partie_reg,dep,reg\n93066,Saint-Denis,1109,Paris,,93,11\n",
            Maille.ZONE_EMPLOI,
            ("1109", "Paris"),
            2020,
        ),
        (
            "reg,dep,code_commune_insee,code_bassin_BMO,lib_bassin_BMO\n11,93,93066,1148,T6 Plaine Commune\n",
            Maille.BASSIN,
            ("1148", "T6 Plaine Commune"),
            2026,
        ),
        (
            "commune_id,territoire_id,territoire_libelle,departement_id\n93066,CLPE93001,CLPE PLAINE COMMUNE ,93\n",
            Maille.CLPE,
            ("CLPE93001", "CLPE PLAINE COMMUNE"),
            2026,
        ),
    ],
)
def test_the_usual_layouts(
    imported: Import, content: str, maille: Maille, zone: tuple[str, str], millesime: int
) -> None:
    assert counts(imported(content.encode(), "zonages")) == (1, 1, 0, 0, 0)
    ensemble = Appartenance.objects.get(maille=maille, unite__code="93066").ensemble
    assert (ensemble.code, ensemble.nom, ensemble.millesime) == (*zone, millesime)
    assert counts(imported(content.encode(), "zonages")) == (1, 0, 0, 1, 0)


def test_a_city_stands_for_its_arrondissements_unless_they_speak(imported: Import) -> None:
    imported(b"commune;code_clpe\n75101;B\n75056;A\n", "zonages")
    clpe = Appartenance.objects.filter(maille=Maille.CLPE)
    assert clpe.get(unite__code="75112").ensemble.code == "A"
    assert clpe.get(unite__code="75101").ensemble.code == "B"


def test_several_zonings_in_one_file(imported: Import) -> None:
    lot = imported(b"commune;code_clpe;code_bassin\n93066;C1;B1\n93001;;B1\n77288;;\n", "zonages")
    assert rejects(lot) == [(4, "zone_absente", "La ligne ne donne aucune zone à cette commune.")]
    assert sorted(Appartenance.objects.filter(maille__in=["clpe", "bassin"]).values_list("unite__code", "maille")) == [
        ("93001", "bassin"),
        ("93066", "bassin"),
        ("93066", "clpe"),
    ]


def test_a_quartier_has_all_the_communes_of_its_lines(imported: Import) -> None:
    content = b"insee_com,code_qp,lib_qp\n93066,QN09399X,Le Moulin\n93001,QN09399X,Le Moulin\n01004,QN00103M,Ailleurs\n"
    lot = imported(content, "qpv")
    assert rejects(lot) == [
        (4, "commune_inconnue", "La commune « 01004 » est inconnue, ou sa région n’est pas chargée.")
    ]
    assert sorted(QpvCommune.objects.values_list("qpv__code", "commune__code")) == [
        ("QN09399X", "93001"),
        ("QN09399X", "93066"),
    ]
    assert counts(imported(content, "qpv")) == (3, 0, 0, 2, 1)


def qpv_map(geometry: dict[str, object]) -> bytes:
    properties = {"code_qp": "QN09399X", "lib_qp": "Le Moulin", "insee_com": "93066, 93001"}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_a_map_brings_the_contours(imported: Import) -> None:
    square = [[[2.35, 48.93], [2.36, 48.93], [2.36, 48.94], [2.35, 48.94], [2.35, 48.93]]]
    content = qpv_map({"type": "Polygon", "coordinates": square})
    assert counts(imported(content, "qpv")) == (1, 1, 0, 0, 0)
    qpv = Territoire.objects.get(niveau=Niveau.QPV)
    assert (qpv.millesime, Contour.objects.filter(territoire=qpv).count()) == (2024, 1)
    assert counts(imported(content, "qpv")) == (1, 0, 0, 1, 0)


def test_a_map_of_points_has_no_contours(check: Import) -> None:
    lot = check(qpv_map({"type": "Point", "coordinates": [2.35, 48.93]}), "qpv")
    assert rejects(lot) == [(1, "contour_inattendu", "Le contour est un objet « Point » ; un polygone est attendu.")]
