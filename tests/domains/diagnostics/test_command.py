"""`manage.py diagnostic`: the files it writes, and how it refuses."""

from __future__ import annotations

import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from maillage.references.structures.enums import TypeSiae

pytestmark = pytest.mark.django_db

KEYS = [
    "code",
    "niveau",
    "nom",
    "departement",
    "population",
    "besoin",
    "unites",
    "unites_connues",
    "part_connue",
    "siae",
    "siae_par_type",
    "sites",
    "sites_sans_capacite",
    "salaries",
    "postes",
    "etp",
    "taux",
    "taux_etp",
    "taux_postes",
    "portee",
    "portee_par_type",
    "accessibilite",
    "rang",
    "rang_taux",
    "manque",
    "part_blanche",
    "classe",
    "motif",
]


def run(tmp_path, *args, name="x.json", **options):
    path = tmp_path / name
    call_command("diagnostic", *args, output=str(path), **options)
    return path


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_region_holds_every_level_the_widest_first(tmp_path, offre):
    data = read(run(tmp_path, "region"))

    assert list(data) == ["parametres", "territoires"]
    assert [(t["niveau"], t["code"]) for t in data["territoires"]] == [
        ("region", "11"),
        ("departement", "77"),
        ("departement", "93"),
        ("epci", "247700057"),
        ("epci", "200072346"),
        ("ept", "200057867"),
        ("commune", "77186"),
        ("commune", "77288"),
        ("commune", "93001"),
        ("commune", "93066"),
    ]
    assert {tuple(t) for t in data["territoires"]} == {tuple(KEYS)}


def test_the_region_by_its_code_is_the_same_file(tmp_path, offre):
    assert run(tmp_path, "11").read_bytes() == run(tmp_path, "region", name="y.json").read_bytes()


def test_unknown_is_null_and_numbers_are_numbers(tmp_path, offre):
    data = read(run(tmp_path, "77186"))
    fontainebleau = data["territoires"][0]

    assert fontainebleau == {
        "code": "77186",
        "niveau": "commune",
        "nom": "Fontainebleau",
        "departement": "77",
        "population": None,
        "besoin": None,
        "unites": 1,
        "unites_connues": 0,
        "part_connue": 0.0,
        "siae": 0,
        "siae_par_type": {"ACI": 0, "EI": 0, "AI": 0, "ETTI": 0, "EITI": 0},
        "sites": 0,
        "sites_sans_capacite": 0,
        "salaries": 0.0,
        "postes": 0.0,
        "etp": 0.0,
        "taux": None,
        "taux_etp": None,
        "taux_postes": None,
        "portee": None,
        "portee_par_type": dict.fromkeys(TypeSiae.values),
        "accessibilite": None,
        "rang": None,
        "rang_taux": None,
        "manque": None,
        "part_blanche": None,
        "classe": None,
        "motif": "moins de deux mesures connues",
    }


def test_the_parameters_say_how_it_was_made(tmp_path, offre):
    parametres = read(run(tmp_path, "region", rayon=20, public="population"))["parametres"]

    assert (parametres["region"], parametres["millesime"], parametres["population_annee"]) == ("11", 2026, 2023)
    assert (parametres["rayon_km"], parametres["capacite"], parametres["taux_pour"]) == (20, "etp", 1000)
    assert parametres["public"]["code"] == "population"
    assert parametres["valeurs"]["seuil_bas"]["confirme"] is False
    assert parametres["sources"][0].startswith("Découpage")


def test_a_territory_comes_with_its_communes_and_the_larger_ones(tmp_path, offre):
    data = read(run(tmp_path, "200057867"))

    assert [t["code"] for t in data["territoires"]] == ["200057867", "93001", "93066", "93", "11"]


def test_an_ods_has_one_sheet_per_level_and_a_readme(tmp_path, offre):
    with zipfile.ZipFile(run(tmp_path, "region", name="x.ods")) as archive:
        content = archive.read("content.xml").decode()

    names = [part.split('"')[0] for part in content.split('table:name="')[1:]]
    assert names == ["Région", "Départements", "EPCI", "EPT", "Communes", "Lisez-moi"]


@pytest.mark.parametrize("territoire", ["region", "200057867", "93066", "93"])
def test_a_pdf_is_written_for_every_kind_of_territory(tmp_path, offre, territoire):
    assert run(tmp_path, territoire, name="x.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("args", "options", "message"),
    [
        (["region"], {"name": "x.doc"}, "écrivez un fichier .pdf, .ods, .json"),
        (["region"], {"name": "sans/dossier.json"}, "n’existe pas"),
        (["99999"], {}, "Aucun territoire chargé ne porte le code « 99999 »"),
        (["93066", "--niveau", "ept"], {}, "de niveau « établissement public territorial »"),
        (["region", "--public", "martiens"], {}, "Le public « martiens » n’est pas connu"),
        (["region", "--annee", "1999"], {}, "n’est pas connu pour 1999"),
        (["region", "--rayon", "900"], {}, "comprise entre 0 et 100 km"),
        (["region", "--rayon", "loin"], {}, "« loin » n’est pas un nombre"),
    ],
)
def test_what_makes_no_sense_is_refused_in_french(tmp_path, offre, args, options, message):
    with pytest.raises(CommandError, match=message):
        run(tmp_path, *args, **options)


def test_a_wrong_extension_is_refused_before_any_work(tmp_path, db, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(CommandError):
        run(tmp_path, "region", name="x.csv")


def test_a_code_of_two_levels_asks_for_the_level(tmp_path, offre):
    offre.ensembles["93"].__class__.objects.create(
        niveau="commune", code="93", nom="Homonyme", departement="93", region="11", millesime=2026
    )
    with pytest.raises(CommandError, match="plusieurs territoires"):
        run(tmp_path, "93")
    assert read(run(tmp_path, "93", niveau="departement"))["territoires"][0]["nom"] == "Seine-Saint-Denis"


def test_without_territories_the_command_says_what_to_run(tmp_path, db):
    with pytest.raises(CommandError, match="load_territoires"):
        run(tmp_path, "region")
