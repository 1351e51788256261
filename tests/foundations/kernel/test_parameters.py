from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from maillage.foundations.kernel import parameters
from maillage.foundations.kernel.parameters import ParametreInconnu
from maillage.foundations.kernel.parameters import catalogue as real_catalogue

ROOT = Path(__file__).parents[3] / "maillage"

RAYON = """
[[parametre]]
code = "salle.rayon_km"
label = "rayon d’accessibilité"
unit = "km"

[[parametre.values]]
valid_from = 2023-07-01
value = 12.5
article = "art. 3"
source = "instruction du 1er juin 2023"
confirmed = true

[[parametre.values]]
valid_from = 2018-11-01
value = 10
article = ""
source = "stratégie régionale"
confirmed = false
"""


@pytest.fixture
def rayon(tmp_path, monkeypatch):
    path = tmp_path / "parametres.toml"
    path.write_text(RAYON, "utf-8")
    found = parameters.read(path, "salle")
    monkeypatch.setattr(parameters, "catalogue", lambda: found)
    monkeypatch.setattr("maillage.foundations.kernel.views.parametres.catalogue", lambda: found)
    return found["salle.rayon_km"]


@pytest.mark.parametrize(
    ("on", "value", "valid_to"),
    [
        (date(2018, 11, 1), Decimal(10), date(2023, 7, 1)),
        (date(2023, 6, 30), Decimal(10), date(2023, 7, 1)),
        (date(2023, 7, 1), Decimal("12.5"), None),
    ],
)
def test_the_value_in_force_is_the_one_of_the_day(rayon, on, value, valid_to):
    found = parameters.get_parametre("salle.rayon_km", on=on)
    assert (found.value, found.valid_to) == (value, valid_to)
    assert parameters.find_parametre("salle.rayon_km", on=on) == found
    assert parameters.list_parametres(on) == [found]


def test_a_value_says_its_label_unit_article_source_and_whether_it_is_confirmed(rayon):
    found = parameters.get_parametre("salle.rayon_km", on=date(2024, 1, 1))
    assert (found.label, found.unit, found.article) == ("rayon d’accessibilité", "km", "art. 3")
    assert (found.source, found.confirmed) == ("instruction du 1er juin 2023", True)


@pytest.mark.parametrize(("value", "amount"), [("12.5", "12,5 km"), ("0.65675", "0,65675 km"), ("1000", "1 000 km")])
def test_an_amount_shows_every_decimal(rayon, value, amount):
    assert replace(rayon[0], value=Decimal(value)).amount == amount.replace(" ", "\u202f")


def test_no_value_is_in_force_before_the_first(rayon):
    day = date(2018, 10, 31)
    assert parameters.find_parametre("salle.rayon_km", on=day) is None
    assert parameters.list_parametres(day) == []
    with pytest.raises(ParametreInconnu, match=r"pas de valeur au 31/10/2018 .* 01/11/2018, 01/07/2023"):
        parameters.get_parametre("salle.rayon_km", on=day)


def test_history_gives_every_value_the_earliest_first(rayon):
    assert [value.value for value in parameters.get_history("salle.rayon_km")] == [Decimal(10), Decimal("12.5")]


def test_an_unknown_code_is_named(rayon):
    assert parameters.find_parametre("salle.rayon", on=date(2024, 1, 1)) is None
    with pytest.raises(ParametreInconnu, match=r"ne déclare « salle\.rayon »"):
        parameters.get_parametre("salle.rayon", on=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('code = "salle.rayon_km"', 'code = "autre.rayon_km"', "le code commence par « salle. »"),
        ('code = "salle.rayon_km"', "", "« paramètre n° 1 »\u202f: il manque 'code'"),
        ('article = "art. 3"', "", "il manque 'article'"),
        ("value = 10", 'value = "10"', "« value » n’est pas un nombre"),
        ("value = 10", "value = true", "« value » n’est pas un nombre"),
        ("value = 10", "value = nan", "« value » n’est pas un nombre"),
        ("confirmed = true", "confirmed = 1", "« confirmed » n’a pas le bon type"),
        ("2018-11-01", "2018-11-01T00:00:00", "« valid_from » est un jour"),
        ("2018-11-01", '"2018-11-01"', "« valid_from » n’a pas le bon type"),
        ("2018-11-01", "2023-07-01", "deux valeurs à compter du même jour"),
        ("2018-11-01", "2018-13-01", "parametres.toml"),
        (RAYON, RAYON * 2, "déjà déclaré"),
        (RAYON, RAYON.partition("[[parametre.values]]")[0], "il manque 'values'"),
        (RAYON, RAYON.partition("[[parametre.values]]")[0] + "values = []", "aucune valeur"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(tmp_path, old, new, reason):
    path = tmp_path / "parametres.toml"
    path.write_text(RAYON.replace(old, new), "utf-8")
    with pytest.raises(ImproperlyConfigured) as refused:
        parameters.read(path, "salle")
    assert reason in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "parametres.toml"
    path.write_bytes(RAYON.encode("cp1252"))
    with pytest.raises(ImproperlyConfigured, match="utf-8"):
        parameters.read(path, "salle")


def test_every_file_of_the_house_belongs_to_an_installed_room_and_is_well_formed():
    rooms = {Path(config.path) for config in apps.get_app_configs()}
    files = set(ROOT.rglob("parametres.toml"))
    assert {path.parent for path in files} - rooms == set()
    assert sum(len(path.read_text("utf-8").split("[[parametre]]")) - 1 for path in files) == len(real_catalogue())


def test_every_code_asked_in_the_source_exists():
    asked = {
        (path.relative_to(ROOT).as_posix(), node.args[0].value)
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"get_parametre", "get_history"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {(path, code) for path, code in asked if code not in real_catalogue()} == set()


@pytest.mark.django_db
def test_the_page_shows_past_and_present_values_and_marks_what_is_not_confirmed(client, rayon):
    page = client.get(reverse("kernel:parametres"))
    assertContains(page, "rayon d’accessibilité", count=2)
    assertContains(page, "12,5\u202fkm")
    assertContains(page, "du 01/11/2018 au 30/06/2023 (passée)")
    assertContains(page, "à compter du 01/07/2023")
    assertContains(page, "art. 3 · instruction du 1er juin 2023")
    assertContains(page, '<span class="mg-unconfirmed">non confirmé', count=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"etat": "passee"}, "stratégie régionale", "instruction du 1er juin 2023"),
        ({"etat": "en_vigueur"}, "instruction du 1er juin 2023", "stratégie régionale"),
        ({"a_confirmer": "on"}, "stratégie régionale", "instruction du 1er juin 2023"),
        ({"recherche": "RAYON km"}, "stratégie régionale", "Aucun résultat"),
        ({"recherche": "durée"}, "Aucun résultat", "stratégie régionale"),
    ],
)
def test_the_page_filters_values(client, rayon, query, shown, hidden):
    page = client.get(reverse("kernel:parametres"), query)
    assertContains(page, shown)
    assertNotContains(page, hidden)


@pytest.mark.django_db
def test_the_page_exports_every_field(client, rayon):
    content = client.get(reverse("kernel:parametres"), {"format": "csv"}).content.decode("utf-8-sig")
    assert content.splitlines()[1] == (
        "salle.rayon_km;rayon d’accessibilité;10;km;2018-11-01;2023-07-01;;stratégie régionale;non"
    )


@pytest.mark.e2e
@pytest.mark.django_db
def test_the_page_is_accessible_and_fits_a_phone(page, live_server, axe, rayon):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(live_server.url + reverse("kernel:parametres"))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    axe(page)
