"""What a shared diagnostic keeps and gives: frozen figures, files, comparison; the producers of the rooms."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.apps import apps
from docx import Document as Docx
from odfdo import Document as Odt

from maillage.domains.diagnostics.enums import EtatDiagnostic as E
from maillage.domains.diagnostics.enums import TypeBloc
from maillage.domains.diagnostics.models import Bloc, DiagnosticPartage
from maillage.domains.diagnostics.queries.partage import list_co_auteurs, list_sections
from maillage.domains.diagnostics.queries.partage_blocs import (
    Chiffres,
    Producteur,
    freeze,
    get_contexte,
    producteurs,
    read_drawing,
    read_sheet,
)
from maillage.domains.diagnostics.queries.partage_comparaison import compare_diagnostics, list_autres
from maillage.domains.diagnostics.queries.partage_document import build_document
from maillage.domains.diagnostics.queries.partage_fichiers import FORMATS
from maillage.domains.diagnostics.rules import modeles_sections
from maillage.domains.diagnostics.services.partage import open_diagnostic
from maillage.domains.diagnostics.services.partage_blocs import add_bloc, refresh_blocs, remove_bloc
from maillage.domains.diagnostics.services.partage_textes import take_position, write_section
from maillage.foundations.kernel.drawings import Bar, BarChart, MapDrawing
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.tableur import Sheet
from maillage.references.structures.models import EffectifAnnuel, Siae
from maillage.references.territoires.models import Population, Territoire
from tests.domains.diagnostics.conftest import add_siae
from tests.factories.partage import BlocFactory, DiagnosticFactory, as_author, freeze_state, partner
from tests.factories.territoires import ContourFactory

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [each.code for each in refused.value.refusals]


@pytest.fixture
def etat() -> Any:
    return partner("etat", ("departement", "93"))


@pytest.fixture
def ouvert(offre: SimpleNamespace, etat: Any) -> DiagnosticPartage:
    """Return a diagnostic with its figures, its map, a text and a disagreement."""
    for commune in ("93066", "93001"):
        ContourFactory(territoire=offre.communes[commune])
    diagnostic = open_diagnostic(territoire=offre.ensembles["93"], annee_debut=2026, annee_fin=2026, **as_author(etat))
    texte = "L’offre est concentrée.\n\n- créer\n- étendre"
    write_section(section=diagnostic.sections.get(code="offre"), texte=texte, depuis=0, **as_author(etat))
    diagnostic.refresh_from_db()
    freeze_state(diagnostic, E.CONCERTATION, ON)
    section = diagnostic.sections.get(code="offre")
    take_position(section=section, sens="desaccord", texte="Le taux oublie les voisins.", **as_author(etat))
    return diagnostic


def write(diagnostic: DiagnosticPartage, extension: str) -> bytes:
    fresh = DiagnosticPartage.objects.get(pk=diagnostic.pk)
    sections = list_sections(fresh, comments=False)
    return FORMATS[extension].write(build_document(fresh, sections, list_co_auteurs(fresh), plain=True))


def test_every_producer_of_the_house_is_found_and_opens_in_a_section() -> None:
    found = producteurs()
    assert {each.section for each in found.values()} <= set(modeles_sections())
    assert list(found) == [
        "population",
        "siae_par_type",
        "mesures",
        "siae",
        "carte_accessibilite",
        "accessibilite_comparee",
        "sous_dotes",
        "reperes",
        "publics",
        "debouches",
        "projets",
        "secteurs",
        "mixite",
        "constats",
        "objectifs",
    ]


def test_another_room_adds_a_block_by_a_function_and_a_path(
    ouvert: DiagnosticPartage, etat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = BarChart("Heures", "Essai.", "heures", [Bar("Gare", 1200), Bar("Stade", None)])
    added = Producteur(
        "heures",
        "opportunites",
        "Heures d’insertion",
        "Essai.",
        lambda contexte: Chiffres("Heures", chart.table(), chart, sources=(f"essai {contexte.annee}",)),
    )
    module = "maillage.domains.diagnostics.queries.partage_producteurs"
    monkeypatch.setattr(f"{module}.ESSAI", (added,), raising=False)
    monkeypatch.setattr(apps.get_app_config("diagnostics"), "blocs", (f"{module}.PRODUCTEURS", f"{module}.ESSAI"))
    producteurs.cache_clear()
    try:
        bloc = add_bloc(section=ouvert.sections.get(code="opportunites"), code="heures", **as_author(etat))
    finally:
        monkeypatch.undo()
        producteurs.cache_clear()
    bloc.refresh_from_db()
    assert (bloc.type, bloc.sources) == (TypeBloc.GRAPHIQUE, ["essai 2026"])
    assert read_drawing(bloc) == chart
    assert read_sheet(bloc) == Sheet("Heures", ["Territoire", "heures"], [["Gare", 1200], ["Stade", None]], "")


def test_a_drawing_comes_back_from_its_data_without_its_links(ouvert: DiagnosticPartage) -> None:
    bloc = Bloc.objects.get(section__diagnostic=ouvert, code="carte_accessibilite")
    drawing = read_drawing(bloc)
    assert isinstance(drawing, MapDrawing)
    assert [shape.name for shape in drawing.shapes] == ["Aubervilliers", "Saint-Denis"]
    assert not drawing.linked
    assert len(drawing.points) == 5
    again = freeze(producteurs()["carte_accessibilite"], get_contexte("departement", "93", 2026))
    assert again is not None
    assert (again["dessin"], again["tableau"]) == (bloc.dessin, bloc.tableau)


def test_blocks_are_added_refreshed_and_removed_until_validation(
    ouvert: DiagnosticPartage, offre: SimpleNamespace, etat: Any
) -> None:
    section = ouvert.sections.get(code="enjeux")
    author = as_author(etat)
    added = add_bloc(section=section, code="siae_par_type", **author)
    for code, why in (("siae_par_type", "bloc_present"), ("inconnu", "bloc_inconnu"), ("publics", "bloc_muet")):
        with pytest.raises(Refused) as refused:
            add_bloc(section=section, code=code, **author)
        assert codes(refused) == [why]
    before = added.tableau
    add_siae(offre, "93066", "EI", etp="30")
    added.refresh_from_db()
    assert added.tableau == before
    assert refresh_blocs(diagnostic=ouvert, only=added, **author) == 1
    added.refresh_from_db()
    assert [row[1] for row in added.tableau["rows"] if row[0] == "Ensemble"] == [5]
    old = Bloc.objects.get(section__code="offre", section__diagnostic=ouvert, code="siae_par_type")
    assert [row[1] for row in old.tableau["rows"] if row[0] == "Ensemble"] == [4]
    assert refresh_blocs(diagnostic=ouvert, **author) == Bloc.objects.filter(section__diagnostic=ouvert).count()
    remove_bloc(bloc=added, **author)
    assert not section.blocs.filter(code="siae_par_type").exists()
    freeze_state(DiagnosticPartage.objects.get(pk=ouvert.pk), E.VALIDE, ON)
    for act in (
        lambda: add_bloc(section=section, code="population", **author),
        lambda: refresh_blocs(diagnostic=ouvert, **author),
        lambda: remove_bloc(bloc=old, **author),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["etat"]


def test_a_block_whose_producer_is_gone_stays_as_it_was(ouvert: DiagnosticPartage, etat: Any) -> None:
    gone = BlocFactory(section=ouvert.sections.get(code="enjeux"), code="disparu")
    before = gone.fige_le
    refresh_blocs(diagnostic=ouvert, **as_author(etat))
    gone.refresh_from_db()
    assert gone.fige_le == before
    with pytest.raises(Refused) as refused:
        refresh_blocs(diagnostic=ouvert, only=gone, **as_author(etat))
    assert codes(refused) == ["bloc_muet"]


def test_figures_of_a_published_document_are_the_same_a_year_later(
    ouvert: DiagnosticPartage, offre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data move on, names change, a year passes: the PDF has the same bytes, the others the same content."""
    freeze_state(ouvert, E.PUBLIE, ON)
    pdf = write(ouvert, "pdf")
    other = {extension: contents(write(ouvert, extension)) for extension in ("docx", "odt", "ods")}

    add_siae(offre, "93066", "EI", etp="300")
    EffectifAnnuel.objects.update(etp_realises=1)
    Population.objects.update(valeur=7)
    Territoire.objects.filter(code="93").update(nom="Seine-St-Denis")
    Siae.objects.first().organisation.__class__.objects.update(denomination="Renommée")  # type: ignore[union-attr]
    later = date.today() + timedelta(days=365)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: later)

    assert write(ouvert, "pdf") == pdf
    assert {extension: contents(write(ouvert, extension)) for extension in other} == other


def contents(file: bytes) -> dict[str, bytes]:
    """Return the parts of an office file that hold what it says."""
    kept = ("word/document.xml", "content.xml")
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name in kept or "media/" in name.lower()}


def test_the_pdf_is_tagged_and_says_it_is_accessible(ouvert: DiagnosticPartage) -> None:
    with pikepdf.open(BytesIO(write(ouvert, "pdf"))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr-FR"
        assert b"pdfuaid:part" in bytes(pdf.Root.Metadata.read_bytes())


def test_the_word_document_has_headings_header_rows_and_words_for_its_pictures(ouvert: DiagnosticPartage) -> None:
    book = Docx(BytesIO(write(ouvert, "docx")))
    heads = [each.text for each in book.paragraphs if each.style and each.style.name == "Heading 1"]
    assert heads == [each.titre for each in modeles_sections().values()]
    texts = [each.text for each in book.paragraphs]
    assert "L’offre est concentrée." in texts
    assert "Le taux oublie les voisins." in texts
    assert [each.text for each in book.paragraphs if each.style and each.style.name == "List Bullet"] == [
        "créer",
        "étendre",
    ]
    assert all("tblHeader" in each.rows[0]._tr.xml for each in book.tables)
    properties = [each._inline.docPr for each in book.inline_shapes]
    assert [each.get("title") for each in properties] == [
        "Accessibilité, en ETP pour 1\u202f000 personnes par commune",
        "Accessibilité comparée",
    ]
    assert all(each.get("descr") for each in properties)


def test_the_opendocument_has_the_same_sections_and_tables(ouvert: DiagnosticPartage) -> None:
    book: Any = Odt(BytesIO(write(ouvert, "odt")))
    heads = [each.text_recursive for each in book.body.headers if each.get_attribute("text:outline-level") == "2"]
    assert heads == [each.titre for each in modeles_sections().values()]
    assert len(book.body.tables) == 1 + Bloc.objects.filter(section__diagnostic=ouvert).count()
    assert [bool(each.svg_description) for each in book.body.frames] == [True, True]


def test_the_spreadsheet_has_every_table(ouvert: DiagnosticPartage) -> None:
    with zipfile.ZipFile(BytesIO(write(ouvert, "ods"))) as archive:
        content = archive.read("content.xml").decode()
    tables = Bloc.objects.filter(section__diagnostic=ouvert).count()
    assert content.count("<table:table ") == tables + 2  # the authors first, « Lisez-moi » last


def test_two_years_are_compared_by_words_and_by_figures(etat: Any) -> None:
    last = DiagnosticFactory(code="95", annee_debut=2025, annee_fin=2025, pilote=etat.organisation)
    now = DiagnosticFactory(code="95", pilote=etat.organisation)
    for diagnostic, texte, rows in (
        (last, "Douze chantiers.", [["ACI", 12], ["ETTI", 2], ["EI", 3]]),
        (now, "Quatorze chantiers.", [["ACI", 14], ["ETTI", 2], ["AI", 1], ["EI", None]]),
    ):
        section = diagnostic.sections.get(code="offre")
        write_section(section=section, texte=texte, depuis=0, **as_author(etat))
        BlocFactory(section=section, tableau={"columns": ["Type", "Val-d’Oise"], "rows": rows, "note": "Essai."})
    for diagnostic, annee in ((last, 2024), (now, 2025)):
        tableau = {"columns": ["Public", "Année", "Nombre"], "rows": [["DELD", annee, 7]], "note": ""}
        BlocFactory(section=diagnostic.sections.get(code="enjeux"), code="stable", titre="Stable", tableau=tableau)
    BlocFactory(section=now.sections.get(code="enjeux"), code="neuf", titre="Neuf")
    BlocFactory(section=last.sections.get(code="enjeux"), code="ancien", titre="Ancien")

    found = {each.code: each for each in compare_diagnostics(last, now)}
    offre = found["offre"]
    assert [(each.kind, each.text) for each in offre.passages] == [
        ("removed", "Douze"),
        ("added", "Quatorze"),
        ("same", " chantiers."),
    ]
    assert offre.tableaux == [
        Sheet(
            "SIAE par type",
            ["Type", "2025", "2026", "écart"],
            [["ACI", 12, 14, 2], ["AI", None, 1, None], ["EI", 3, None, None]],
            "Essai.",
        )
    ]
    enjeux = found["enjeux"]
    assert (enjeux.tableaux, enjeux.inchanges) == ([], ["Stable"])
    assert (enjeux.nouveaux, enjeux.disparus) == (["Neuf"], ["Ancien"])
    assert (found["territoire"].change, found["territoire"].passages) == (False, [])
    assert list_autres(etat.user, now) == [last]
