"""Objective 1.1: « élaborer des diagnostics territoriaux communs ».

An agent receives the list of the region's SIAE in the morning; by noon she has a document for the partners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf
import pytest
from playwright.sync_api import expect

from maillage.references.structures.models import Siae
from tests.factories.accounts import UserFactory, siret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from tests.factories.territoires import RegionCopiee

pytestmark = [pytest.mark.e2e, pytest.mark.objectif("1.1"), pytest.mark.django_db(transaction=True)]

ENTETE = ["Numéro", "Catégorie", "Raison sociale", "Adresse", "CP", "Commune", "X", "Y"]

# Four structures of Plaine Commune and Paris; the header says « Catégorie » where the platform expects a type.
FICHIER = f"""{";".join(ENTETE)}
{siret(1)};ACI;Les Jardins de la Mare;1 rue Neuve;93200;Saint-Denis;2,3582;48,9362
{siret(2)};EI;Atelier du Pont;2 rue Neuve;93300;Aubervilliers;2,3838;48,9139
{siret(3)};GEIQ;Groupement du Nord;3 rue Neuve;93300;Aubervilliers;2,3838;48,9139
{siret(4)};AI;Coup de main;4 rue Neuve;75019;Paris;48,8817;2,3822
""".encode("cp1252")


def sign_in(page: Page, live_server: LiveServer, email: str) -> None:
    page.goto(f"{live_server.url}/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill("correct-horse-battery")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def test_from_a_file_of_siae_to_a_document_for_the_partners(
    page: Page,
    live_server: LiveServer,
    ile_de_france_copiee: RegionCopiee,
    run_jobs: Callable[[], int],
    axe: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    ile_de_france_copiee.pour()
    sign_in(page, live_server, UserFactory(exploitant=True).email)

    # She leaves the file; its header is not the expected one, so she says which column is which.
    page.goto(f"{live_server.url}/imports/")
    page.get_by_role("link", name="Liste des SIAE").first.click()
    page.get_by_role("link", name="Déposer un fichier").click()
    page.get_by_label("Fichier").set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": FICHIER})
    page.get_by_role("button", name="Déposer et contrôler").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Désigner les colonnes")
    axe(page)
    for label, header in {"SIRET": "Numéro", "Type": "Catégorie", "Longitude": "X", "Latitude": "Y"}.items():
        page.get_by_role("combobox", name=label).first.select_option(str(ENTETE.index(header)))
    page.get_by_role("button", name="Contrôler le fichier").click()

    # The control writes nothing: it says what would happen.
    run_jobs()
    page.reload()
    page.get_by_role("main").get_by_role("link", name="Voir le résultat").click()
    assert Siae.objects.count() == 0
    page.get_by_role("main").get_by_role("link", name="Importer").click()
    page.get_by_role("button", name="Importer").click()
    run_jobs()
    page.reload()
    page.get_by_role("main").get_by_role("link", name="Voir le résultat").click()
    axe(page)
    assert sorted(Siae.objects.values_list("nom", flat=True)) == ["Atelier du Pont", "Les Jardins de la Mare"]

    # Two lines are refused: one is no SIAE, the other has its coordinates swapped. She corrects the second.
    page.get_by_role("link", name="rejetées").click()
    row = page.get_by_role("row").filter(has_text="Coup de main")
    expect(row).to_contain_text("longitude")
    axe(page)
    row.get_by_role("link").first.click()
    page.get_by_label("Longitude").fill("2,3822")
    page.get_by_label("Latitude").fill("48,8817")
    axe(page)
    page.get_by_role("button", name="Enregistrer et rejouer").click()
    expect(page.get_by_text("La ligne est corrigée et importée.")).to_be_visible()
    assert Siae.objects.get(nom="Coup de main").implantations.get().commune.code == "75119"

    # The region's map, then the sheet of Plaine Commune and its document.
    page.goto(f"{live_server.url}/diagnostics/?maille=intercommunalite")
    axe(page)
    page.goto(f"{live_server.url}/diagnostics/ept/200057867/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Plaine Commune")
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    download.value.save_as(tmp_path / "plaine-commune.pdf")
    with pikepdf.open(tmp_path / "plaine-commune.pdf") as document:
        assert str(document.Root.Lang).startswith("fr")
        assert document.Root.MarkInfo.Marked
        assert "Plaine Commune" in str(document.docinfo.Title)
