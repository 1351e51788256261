"""Lists of SIAE, right and wrong: what is registered, what is said of the rest."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.db import transaction

from maillage.references.structures.models import EffectifAnnuel, Implantation, Siae
from maillage.references.structures.services.secteurs import load_secteurs
from maillage.references.structures.services.siae import register_batch
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Contour
from tests.factories.accounts import siret
from tests.factories.territoires import TerritoireFactory
from tests.interfaces.imports.conftest import HEADER, Import, counts, rejects, siae_file, siae_line, warnings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]


def test_lines_become_siae_in_the_commune_of_their_point(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1), siae_line(2, "EI", "75012;Paris;2.3999;48.8449")))
    assert counts(lot) == (2, 2, 0, 0, 0)
    assert list(
        Implantation.objects.order_by("siae__organisation__siret").values_list("siae__type_siae", "commune__code")
    ) == [
        ("ACI", "93066"),
        ("EI", "75112"),
    ]


def test_the_same_file_twice_changes_nothing(imported: Import) -> None:
    content = siae_file(siae_line(1), siae_line(2, "EI"))
    assert counts(imported(content)) == (2, 2, 0, 0, 0)
    assert counts(imported(content)) == (2, 0, 0, 2, 0)
    assert Siae.objects.count() == 2


@pytest.mark.parametrize("written", ["9.01E+13", "9,01E+13", "9e13", "3.21654987E+13"])
def test_a_siret_destroyed_by_a_spreadsheet_says_so_and_how_to_keep_it(check: Import, written: str) -> None:
    [(_, code, message)] = rejects(check(siae_file(siae_line(1).replace(siret(1), written))))
    assert code == "siret_scientifique"
    assert message == (
        f"« {written} » n’est plus un SIRET : le tableur l’a remplacé par un nombre en affichage scientifique, et ses "
        "derniers chiffres sont perdus. Mettez la colonne au format « Texte », puis saisissez à nouveau les "
        "14 chiffres."
    )


def test_a_changed_line_modifies_its_siae_alone(imported: Import) -> None:
    imported(siae_file(siae_line(1), siae_line(2)))
    lot = imported(siae_file(siae_line(1), siae_line(2).replace("Chantier 2", "Chantier des Deux Rives")))
    assert counts(lot) == (2, 0, 1, 1, 0)
    assert set(Siae.objects.values_list("nom", flat=True)) == {"Chantier 1", "Chantier des Deux Rives"}


def test_one_organisation_may_carry_two_kinds(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1, "ACI"), siae_line(1, "EI")))
    assert counts(lot) == (2, 2, 0, 0, 0)
    assert Siae.objects.filter(organisation__siret=siret(1)).count() == 2


def test_a_dry_run_writes_and_tells_nothing_and_counts_the_same(
    check: Import, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def record_and_tell(**values: Any) -> Any:
        transaction.on_commit(lambda: None)
        return register_batch(**values)

    monkeypatch.setattr("maillage.interfaces.imports.siae.mapping.register_batch", record_and_tell)
    with django_capture_on_commit_callbacks() as told:
        lot = check(siae_file(siae_line(1), siae_line(2, "GEIQ")))
    assert (counts(lot), told) == ((2, 1, 0, 0, 1), [])
    assert Siae.objects.count() == 0


WRONG_KEY = siret(1)[:-1] + str((int(siret(1)[-1]) + 1) % 10)


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (
            siae_line(1).replace(siret(1), WRONG_KEY),
            "siret_cle",
            f"Le SIRET {WRONG_KEY} a une clé fausse : un chiffre est erroné ou deux sont intervertis.",
        ),
        (
            siae_line(1).replace(siret(1), "123"),
            "siret_format",
            "Un SIRET compte 14 chiffres ; reçu : « 123 ».",
        ),
        (siae_line(1).replace(siret(1), ""), "valeur_absente", "La valeur est obligatoire."),
        (
            siae_line(1, "GEIQ"),
            "pas_une_siae",
            "Un GEIQ (groupement d’employeurs pour l’insertion et la qualification, art. L. 1253-1 du Code du travail) "
            "n’est pas une SIAE au sens de l’article L. 5132-4.",
        ),
        (
            siae_line(1, "EA"),
            "pas_une_siae",
            "Une EA (entreprise adaptée, art. L. 5213-13 du Code du travail) relève de l’emploi des travailleurs "
            "handicapés, pas de l’insertion par l’activité économique (art. L. 5132-4).",
        ),
        (
            siae_line(1, place="93200;Saint-Denis;48.9362;2.3582"),
            "coordonnees_interverties",
            "La longitude et la latitude sont interverties (longitude 48.9362, latitude 2.3582) : échangez les deux "
            "colonnes.",
        ),
        (
            siae_line(1, place="93200;Saint-Denis;-4.9;47.0"),
            "hors_commune",
            "Le point (longitude -4.9, latitude 47) ne tombe dans aucune commune du découpage chargé ; la plus proche "
            "est à 576,9 km.",
        ),
        (
            siae_line(1, place="93200;Saint-Denis;-40;30"),
            "hors_de_france",
            "Le point est hors de France (longitude -40, latitude 30).",
        ),
        (
            siae_line(1, place="93200;Saint-Denis;2.3582;"),
            "coordonnees_incompletes",
            "La longitude et la latitude vont ensemble : l’une des deux manque.",
        ),
        (
            siae_line(1, place=";;;"),
            "lieu_absent",
            "La ligne n’a ni coordonnées, ni code INSEE, ni code postal.",
        ),
        (
            siae_line(1, place="13001;Marseille;;"),
            "lieu_inconnu",
            "Le code postal 13001 n’est celui d’aucune commune du découpage chargé.",
        ),
        (
            siae_line(1).rsplit(";", 1)[0],
            "ligne_illisible",
            "La ligne compte 6 valeurs, l’en-tête 7 colonnes.",
        ),
    ],
)
def test_a_wrong_line_is_rejected_with_its_reason_and_the_others_pass(
    imported: Import, line: str, code: str, message: str
) -> None:
    lot = imported(siae_file(line, siae_line(2)))
    assert rejects(lot) == [(2, code, message)]
    assert counts(lot) == (2, 1, 0, 0, 1)


def test_the_second_of_two_same_siae_is_rejected_with_the_number_of_the_first(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1), siae_line(2), siae_line(1).replace("Chantier 1", "Autre nom")))
    assert rejects(lot) == [(4, "doublon", "Doublon de la ligne 2 : même SIRET et même type.")]
    assert Siae.objects.get(organisation__siret=siret(1)).nom == "Chantier 1"


def test_every_fault_of_a_line_is_told_at_once(imported: Import) -> None:
    lot = imported(siae_file("123;XYZ;;93200;Saint-Denis;2.3;x", siae_line(2)))
    assert [motif["colonne"] for motif in lot.rejets.get().motifs] == [
        "latitude",
        "longitude",
        "nom",
        "siret",
        "type_siae",
    ]


@pytest.mark.parametrize(
    ("place", "code", "message"),
    [
        (
            "93300;Aubervilliers;2.3582;48.9362",
            "code_postal_different",
            "Les coordonnées tombent à Saint-Denis (93066), le code postal 93300 est celui de : Aubervilliers. Les "
            "coordonnées l’emportent.",
        ),
        (
            ";Aubervilliers;2.3582;48.9362",
            "ville_differente",
            "Les coordonnées tombent à Saint-Denis (93066), l’adresse dit « Aubervilliers ». Les coordonnées "
            "l’emportent.",
        ),
    ],
)
def test_an_address_that_disagrees_with_its_point_is_reported(
    imported: Import, place: str, code: str, message: str
) -> None:
    lot = imported(siae_file(siae_line(1, place=place)))
    assert warnings(lot) == [(2, code, message)]
    assert Implantation.objects.get().commune.code == "93066"


@pytest.mark.parametrize("ville", ["SAINT DENIS", "St-Denis Cedex 2", "La Plaine", ""])
def test_the_ways_to_write_a_town_are_no_disagreement(imported: Import, ville: str) -> None:
    assert warnings(imported(siae_file(siae_line(1, place=f"93200;{ville};2.3582;48.9362")))) == []


@pytest.mark.parametrize(
    ("place", "commune"),
    [
        ("75012;Paris;;", "75112"),
        ("93200;Saint-Denis;0;0", "93066"),
        ("93205;St-Denis Cedex;;", "93066"),
        ("77000;Vaux-le-Pénil;;", "77487"),
        ("77000;MELUN;;", "77288"),
    ],
)
def test_without_coordinates_the_address_tells_the_commune(imported: Import, place: str, commune: str) -> None:
    imported(siae_file(siae_line(1, place=place)))
    assert Implantation.objects.get().commune.code == commune


def test_an_address_that_fits_several_communes_is_rejected_with_their_names(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1, place="77000;Zut;;"), siae_line(2)))
    [(_, code, message)] = rejects(lot)
    assert code == "lieu_ambigu"
    assert "Melun" in message
    assert "Vaux-le-Pénil" in message


def test_a_vanished_insee_code_leads_to_its_successor(imported: Import) -> None:
    imported(siae_file(f"{siret(1)};ACI;Chantier;93059", header="siret;kind;name;code insee"))
    assert Implantation.objects.get().commune.code == "93066"


def test_figures_of_a_year_come_along(imported: Import) -> None:
    header = f"{HEADER};annee;salaries;etp conventionnes;etp realises"
    imported(siae_file(f"{siae_line(1)};2025;34;14,5;nd", header=header))
    effectif = Siae.objects.get().effectifs.get()
    assert (effectif.annee, effectif.departement.code, effectif.salaries) == (2025, "93", 34)
    assert (effectif.etp_conventionnes, effectif.etp_realises) == (Decimal("14.50"), None)


def test_sectors_are_known_by_code_or_label_and_an_unknown_one_is_rejected(imported: Import) -> None:
    load_secteurs()
    header = f"{HEADER};secteurs"
    lot = imported(siae_file(f"{siae_line(1)};zut:40", siae_line(2) + ";", header=header))
    assert rejects(lot) == [(2, "secteur_inconnu", "Le secteur « zut » n’est pas dans la nomenclature.")]


def test_a_sector_given_twice_is_rejected(imported: Import) -> None:
    load_secteurs()
    twice = f"{siae_line(1)};espaces-verts:60 | Espaces-verts:50"
    lot = imported(siae_file(twice, siae_line(2) + ";", header=f"{HEADER};secteurs"))
    assert rejects(lot) == [(2, "secteur_repete", "Ces secteurs sont donnés plusieurs fois : espaces-verts.")]


def test_a_count_merged_over_several_lines_is_nobodys(imported: Import) -> None:
    """A year or a commune may be merged; people would be counted as many times as there are lines."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, (*HEADER.split(";"), "annee", "etp realises"))
        for number in range(1, 5):
            page.write_row(number, 0, [*siae_line(number).split(";"), "", number])
        page.merge_range(1, 7, 4, 7, 2025)
        page.merge_range(1, 8, 3, 8, 30)
    lot = imported(out.getvalue())
    message = "La valeur « 30 » est dans une cellule fusionnée : répartissez-la entre les lignes."
    assert rejects(lot) == [(line, "valeur_partagee", message) for line in (2, 3, 4)]
    assert [rejet.valeurs[7:] for rejet in lot.rejets.all()] == [["2025", ""]] * 3
    assert list(EffectifAnnuel.objects.values_list("annee", "etp_realises")) == [(2025, Decimal(4))]


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (
            "93066;75012;Saint-Denis",
            "code_postal_different",
            "Le code INSEE désigne Saint-Denis (93066), le code postal 75012 est celui de : Paris 12e "
            "Arrondissement. Le code INSEE l’emporte.",
        ),
        (
            ";75012;Lyon",
            "ville_differente",
            "Le code postal désigne Paris 12e Arrondissement (75112), l’adresse dit « Lyon ». Le code postal "
            "l’emporte.",
        ),
    ],
)
def test_an_address_that_disagrees_with_itself_is_reported(
    imported: Import, line: str, code: str, message: str
) -> None:
    lot = imported(siae_file(f"{siret(1)};ACI;Chantier;{line}", header="siret;kind;name;code insee;post_code;city"))
    assert (counts(lot), warnings(lot)) == ((1, 1, 0, 0, 0), [(2, code, message)])


def test_where_no_outline_is_loaded_the_address_tells_the_commune(imported: Import) -> None:
    TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="01", departement="01", region="84")
    TerritoireFactory(code="01004", nom="Ambérieu-en-Bugey", departement="01", region="84", codes_postaux=["01500"])
    lot = imported(
        siae_file(
            siae_line(1, place="01500;Ambérieu-en-Bugey;5.36;45.96"),
            siae_line(2),
            siae_line(3, place="93200;Saint-Denis;5.36;45.96"),
        )
    )
    assert [(line, code) for line, code, _ in rejects(lot)] == [(4, "hors_commune")]
    message = "Ambérieu-en-Bugey n’a pas de contour chargé : les coordonnées ne sont pas vérifiées."
    assert warnings(lot) == [(2, "contour_absent", message)]
    assert set(Implantation.objects.values_list("commune__code", flat=True)) == {"01004", "93066"}


def test_without_any_outline_the_address_alone_tells_the_commune(imported: Import) -> None:
    Contour.objects.all().delete()
    imported(siae_file(siae_line(1)))
    assert Implantation.objects.get().commune.code == "93066"
