"""The sources of the local economy: national files, secrets, codes of two nomenclatures, lists in a cell."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.references.economie.models import (
    BesoinRecrutement,
    Employeur,
    Fap,
    FapRome,
    GrandProjet,
    Rome,
    SerieOffres,
    Tension,
)
from maillage.references.structures.models import EffectifSecteur
from tests.factories.accounts import siret
from tests.factories.economie import BassinFactory, FapFactory, RomeFactory
from tests.factories.structures import SecteurFactory, SiaeFactory
from tests.interfaces.imports.conftest import Import, counts, rejects

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]

BMO = "annee;Code métier BMO;Nom métier BMO;REG;Dept;BE24;met;xmet;smet"


def text(*lines: str) -> bytes:
    return "\n".join([*lines, ""]).encode()


@pytest.fixture
def bassin() -> Any:
    return BassinFactory(code="1147", nom="T6 Plaine Commune")


def test_the_survey_of_france_keeps_the_region_and_counts_the_rest_out_of_scope(imported: Import, bassin: Any) -> None:
    file = text(
        BMO,
        "2024;T4X60;Agents d’entretien;11;93;1147;320;150;20",
        "2024;S1X40;Cuisiniers;11;93;1147;*;*;0",
        "2024;B0X31;Ouvriers;93;13;9305;40;30;*",
        "2024;T4X60;Agents d’entretien;01;971;101;95;31;44",
        "2024;T4X60;Agents d’entretien;11;93;9999;5;5;5",
    )
    lot = imported(file, "bmo")
    assert (counts(lot), lot.hors_champ) == ((5, 2, 0, 0, 1), 2)
    assert rejects(lot) == [
        (6, "zone_inconnue", "La zone 9999 n’est pas chargée : importez d’abord « Zonages de l’emploi ».")
    ]
    rows = BesoinRecrutement.objects.order_by("fap__code").values_list(
        "fap__code", "fap__libelle", "departement", "projets", "difficiles", "saisonniers", "secrets"
    )
    assert list(rows) == [
        ("S1X40", "Cuisiniers", "93", None, None, 0, ["difficiles", "projets"]),
        ("T4X60", "Agents d’entretien", "93", 320, 150, 20, []),
    ]
    again = imported(file, "bmo")
    assert (counts(again), again.hors_champ) == ((5, 0, 0, 2, 1), 2)


def test_a_line_of_the_survey_tells_its_faults_at_once(imported: Import, bassin: Any) -> None:
    lot = imported(
        text(
            BMO,
            "2024;T4X60;;11;93;1147;10;5;1",
            "an;T4;;11;93;1147;dix;5;1",
            "2024;T4X62;;11;93;1147;10;50;1",
            "2024;T4X60;;;;;1;1;1",
        ),
        "bmo",
    )
    assert counts(lot) == (4, 1, 0, 0, 3)
    assert [[motif["code"] for motif in rejet.motifs] for rejet in lot.rejets.order_by("ligne")] == [
        ["annee_illisible", "fap_illisible", "nombre_illisible"],
        ["part_trop_grande"],
        ["zone_absente"],
    ]


def test_the_finer_table_of_the_dares_makes_one_trade_of_several_lines(imported: Import) -> None:
    lot = imported(
        text(
            "Code_FAP341;Intitulé_FAP341;Code_FAP228;Intitulé_FAP228;Code_FAP86;Intitulé_FAP86",
            "A0X41a;Bovins;A0X41;Eleveurs;A0X;Agriculteurs",
            "A0X41b;Insectes;A0X41;Eleveurs;A0X;Agriculteurs",
        ),
        "fap",
    )
    assert counts(lot) == (2, 1, 0, 1, 0)
    assert sorted(Fap.objects.values_list("nomenclature", "code", "libelle")) == [
        ("fap2021", "A0X", "Agriculteurs"),
        ("fap2021", "A0X41", "Eleveurs"),
    ]


def test_links_create_the_trades_they_name_and_leave_out_those_without_rome(imported: Import) -> None:
    RomeFactory()
    lot = imported(text("Fap;Rome;intitule_rome", "T4Z60;K2204;x", "G0A40;K9999;x", "A0Z00;NA;NA"), "fap_rome")
    assert (counts(lot), lot.hors_champ) == ((3, 1, 0, 0, 1), 1)
    assert [code for _, code, _ in rejects(lot)] == ["rome_inconnu"]
    assert list(FapRome.objects.values_list("fap__nomenclature", "fap__code", "rome__code")) == [
        ("fap2009", "T4Z60", "K2204")
    ]
    assert sorted(Fap.objects.filter(niveau="metier").values_list("code", flat=True)) == ["A0Z00", "G0A40", "T4Z60"]


def test_the_rome(imported: Import) -> None:
    lot = imported(text("code_rome;libelle_rome", "K2204;Propreté", "X1;Rien"), "rome")
    assert counts(lot) == (2, 1, 0, 0, 1)
    assert list(Rome.objects.values_list("code", flat=True)) == ["K2204"]


def test_tensions_keep_what_is_not_computed_unknown_and_families_apart(imported: Import) -> None:
    header = "fap;Emploi moyen;Tension ;Catégorie Tension;Conditions de travail contraignantes;Année;niveau_geo;dep"
    lot = imported(
        text(
            header,
            "T4Z;18000;0.52;5.0;4.0;2019;dep;93",
            "T4Z60;12000;;;;2019;dep;93",
            "T4Z;1;1;1;1;2019;reg ;",
            "T4Z;1;1;1;1;2019;dep;13",
            "T4Z60;1;1;7;1;2019;dep;75",
        ),
        "tensions",
    )
    assert (counts(lot), lot.hors_champ) == ((5, 2, 0, 0, 1), 2)
    assert [code for _, code, _ in rejects(lot)] == ["niveau_hors_echelle"]
    assert sorted(Tension.objects.values_list("fap__code", "niveau", "conditions_travail", "emploi")) == [
        ("T4Z", 5, 4, 18000),
        ("T4Z60", None, None, 12000),
    ]


def test_vacancies_by_level_and_period(imported: Import, bassin: Any) -> None:
    RomeFactory()
    lot = imported(
        text(
            "rome;niveau;territoire;periode;offres",
            "K2204;département;93;2025;420",
            "K2204;bassin;1147;2025-03;nd",
            "K2204;commune;93066;2025;1",
        ),
        "offres_emploi",
    )
    assert counts(lot) == (3, 2, 0, 0, 1)
    assert [code for _, code, _ in rejects(lot)] == ["niveau_inconnu"]
    assert sorted(SerieOffres.objects.values_list("territoire__code", "periode", "offres")) == [
        ("1147", "2025-03", None),
        ("93", "2025", 420),
    ]


def test_employers_are_never_persons(imported: Import) -> None:
    lot = imported(
        text(
            "siret;denomination;commune;tranche;intentions;annee;categorie_juridique",
            f"{siret(1)};Propreté du Canal;93066;12;8;2026;5710",
            f"{siret(2)};Une personne;93066;00;;;1000",
            f"{siret(3)};Recrute un jour;93066;12;8;;5710",
            f"{siret(4)};Paris;75056;12;;;5710",
            f"{siret(5)};Taille;93066;99;;;5710",
        ),
        "employeurs",
    )
    assert counts(lot) == (5, 1, 0, 0, 4)
    assert [code for _, code, _ in rejects(lot)] == [
        "personne_physique",
        "annee_manquante",
        "ville_a_arrondissements",
        "tranche_inconnue",
    ]
    assert list(Employeur.objects.values_list("denomination", "intentions")) == [("Propreté du Canal", 8)]


def test_great_projects_read_lists_in_their_cells_and_are_replayed(imported: Import) -> None:
    FapFactory()
    header = "nom;programme;etat;debut;fin;lieux;phases;metiers;heures_prevues"
    good = (
        "Gare inventée;Grand Paris Express;en_cours;01/02/2026;01/02/2030;"
        '"93066 ; gare | 93001";"Gros œuvre ; 01/02/2026 ; 01/07/2028";T4X60 : 12;60000'
    )
    file = text(header, good, "Autre;fusée;rêvé;hier;;;;T4X60 : dix;", "Loin;gpe;;;;13055;;;")
    lot = imported(file, "grands_projets", provenance="Exemple")
    assert counts(lot) == (3, 1, 0, 0, 2)
    assert [[motif["code"] for motif in rejet.motifs] for rejet in lot.rejets.order_by("ligne")] == [
        ["valeur_inconnue", "date_illisible", "postes_illisibles", "valeur_inconnue"],
        ["commune_inconnue"],
    ]
    projet = GrandProjet.objects.get()
    assert (projet.etat, projet.source, projet.heures_prevues) == ("en_cours", "Exemple", 60000)
    assert sorted(projet.lieux.values_list("commune__code", "nom")) == [("93001", ""), ("93066", "gare")]
    assert counts(imported(file, "grands_projets", provenance="Exemple")) == (3, 0, 0, 1, 2)


def test_headcounts_by_sector_know_the_sector_by_its_label_and_keep_what_is_known(imported: Import) -> None:
    siae = SiaeFactory()
    SecteurFactory(code="espaces-verts", libelle="Espaces verts")
    header = "siret;type;secteur;annee;femmes;hommes;heures"
    number = siae.organisation.siret
    lot = imported(
        text(
            header,
            f"{number};ACI;espaces verts;2025;8;12;18000",
            f"{number};EI;espaces-verts;2025;8;12;",
            f"{number};ACI;fusées;2025;1;1;",
        ),
        "effectifs_secteurs",
    )
    assert counts(lot) == (3, 1, 0, 0, 2)
    assert [code for _, code, _ in rejects(lot)] == ["siae_inconnue", "secteur_inconnu"]
    second = imported(text(header, f"{number};ACI;espaces-verts;2025;9;nd;"), "effectifs_secteurs")
    assert counts(second) == (1, 0, 1, 0, 0)
    assert list(EffectifSecteur.objects.values_list("femmes", "hommes", "heures")) == [(9, 12, 18000)]
