"""The need as it is published: a row for every unit in force, whatever the series says of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maillage.domains.diagnostics.models import Besoin, Public
from maillage.domains.diagnostics.queries.entrepot import list_besoins, list_totaux
from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

COMMUNE, DEPARTEMENT = Niveau.COMMUNE, Niveau.DEPARTEMENT
# How many job seekers each commune counts: what others are spread in proportion to.
KEY = (("93066", 300), ("93001", 100), ("77288", 50), ("77186", 50))


def record(public, *lignes, annee=2025):
    rows = [
        LigneBesoin(code, annee, None if value is None else Decimal(value), niveau=niveau)
        for niveau, code, value in lignes
    ]
    done = record_besoins(public_code=public, lignes=rows, source="essai", actor=None, on=date(2026, 11, 23))
    assert "refuse" not in done.changes


def published(public):
    return {commune: valeur for code, _, commune, _, _, valeur, _ in list_besoins() if code == public}


def test_nothing_is_published_before_a_region_is_loaded():
    assert (list(list_besoins()), list(list_totaux())) == ([], [])


def test_a_commune_without_a_figure_is_published_unknown(region):
    record("defm_abc", (COMMUNE, "93066", 300), (COMMUNE, "93001", None))
    assert list(list_besoins()) == [
        ("defm_abc", 2025, "77186", "77", "11", None, False),
        ("defm_abc", 2025, "77288", "77", "11", None, False),
        ("defm_abc", 2025, "93001", "93", "11", None, False),
        ("defm_abc", 2025, "93066", "93", "11", Decimal("300.00"), False),
    ]
    assert list(list_totaux()) == []


def test_a_public_known_above_alone_reaches_the_communes(region):
    record("defm_abc", *((COMMUNE, code, count) for code, count in KEY))
    record("femmes", (DEPARTEMENT, "93", 80), (DEPARTEMENT, "77", None))
    assert published("femmes") == {"77186": None, "77288": None, "93001": Decimal(20), "93066": Decimal(60)}
    assert set(list_totaux()) == {
        ("femmes", 2025, "departement", "93", Decimal(80)),
        ("femmes", 2025, "departement", "77", None),
    }


def test_the_region_has_the_total_of_its_departements_when_each_is_told(region):
    record("femmes", (DEPARTEMENT, "93", 80), (DEPARTEMENT, "77", 20))
    record("brsa", (DEPARTEMENT, "93", 80))
    record("jeunes", (DEPARTEMENT, "93", 80), (DEPARTEMENT, "77", 20), (Niveau.REGION, "11", 101))
    regions = {row[0]: row[4] for row in list_totaux() if row[2] == "region"}
    assert regions == {"femmes": Decimal(100), "jeunes": Decimal(101)}


def test_of_several_vintages_the_one_in_force_is_published_once(region):
    record("defm_abc", (COMMUNE, "93066", 300))
    current = Territoire.objects.get(niveau=COMMUNE, code="93066")
    public = Public.objects.get(code="defm_abc")
    for code, valeur in (("93066", 900), ("93001", 70)):
        earlier = TerritoireFactory(code=code, departement="93", millesime=current.millesime - 1)
        Besoin.objects.create(public=public, territoire=earlier, annee=2025, valeur=valeur)
    assert published("defm_abc") == {"77186": None, "77288": None, "93001": Decimal(70), "93066": Decimal(300)}
