"""Which line is the header, and what stands below it."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from maillage.foundations.kernel import tableur
from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.reading import Row, open_table
from maillage.interfaces.imports.reading.columns import match_columns, normalise
from maillage.interfaces.imports.reading.table import sign_header
from maillage.interfaces.imports.source import Column

COLUMNS = (
    Column("siret", "SIRET", "", "", required=True),
    Column("type_siae", "Type de SIAE", "", "", required=True, aliases=("kind",)),
    Column("etp", "ETP conventionnés", "", ""),
)


def read(content: bytes) -> Any:
    return open_table(content, COLUMNS, unpacked_limit=10_000_000)


def test_names_are_compared_without_case_accents_or_punctuation() -> None:
    assert normalise("  Code_Postal * ") == normalise("code postal")
    assert match_columns(["KIND", "Siret", "etp_conventionnes", "autre"], COLUMNS) == {
        "siret": 1,
        "type_siae": 0,
        "etp": 2,
    }


def test_a_column_of_the_file_serves_once() -> None:
    columns = (Column("a", "Nom", "", ""), Column("b", "Nom d’usage", "", "", aliases=("nom",)))
    assert match_columns(["nom"], columns) == {"a": 0}


def test_lines_above_the_header_are_left_and_said() -> None:
    table = read(b"Liste au 1er mars;;\n\nSIRET;Kind;Obs\n1;ACI;x\n")
    assert table.header == ("SIRET", "Kind", "Obs")
    assert list(table.rows()) == [Row(4, ("1", "ACI", "x"))]
    assert table.notes[-1] == "En-tête trouvé à la ligne 3\u202f; ce qui précède est laissé."


def test_uneven_lines_keep_their_values_and_say_why() -> None:
    table = read(b"siret;kind;etp\n1;ACI\n2;EI;3;4\n3;EI;5;;\n\n;;\n4;AI;6\n")
    assert list(table.rows()) == [
        Row(2, ("1", "ACI"), "La ligne compte 2 valeurs, l’en-tête 3 colonnes."),
        Row(3, ("2", "EI", "3", "4"), "La ligne compte 4 valeurs, l’en-tête 3 colonnes."),
        Row(4, ("3", "EI", "5")),
        Row(7, ("4", "AI", "6")),
    ]


def test_what_our_exports_protect_is_read_as_it_was() -> None:
    content = tableur.to_csv(tableur.Sheet("Rejets", ("siret", "kind"), [("-12", "=ACI"), ("l'été", "EI")]))
    assert [row.values for row in read(content).rows()] == [("-12", "=ACI"), ("l'été", "EI")]


def test_the_same_header_has_the_same_signature_with_or_without_our_columns() -> None:
    plain = read(b"siret;kind\n1;ACI\n")
    returned = read("SIRET;Kind;Ligne d’origine;Motif du rejet\n1;ACI;2;faux\n".encode())
    assert sign_header(plain.header) == sign_header(returned.header)
    assert sign_header(plain.header) != sign_header(("kind", "siret"))


def workbook(fill: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def test_a_workbook_gives_whole_numbers_dates_and_formula_values_as_people_read_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("SIAE")
        page.write_row(0, 0, ("siret", "kind", "etp"))
        page.write_number(1, 0, 12345678901234)
        page.write_formula(1, 1, '="A"&"CI"', None, "ACI")
        page.write_formula(1, 2, "=10+2.5", None, 12.5)

    assert list(read(workbook(fill)).rows()) == [Row(2, ("12345678901234", "ACI", "12.5"))]


def test_formulas_without_value_or_in_error_spoil_their_line() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("SIAE")
        page.write_row(0, 0, ("siret", "kind", "etp"))
        page.write_row(1, 0, ("1", "ACI"))
        page.write_formula(1, 2, "=A9*2", None, "")
        page.write_row(2, 0, ("2", "EI"))
        page.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        page.write_row(3, 0, ("3", "AI", 4))

    never, error, good = read(workbook(fill)).rows()
    assert (never.number, never.values, never.defect) == (
        2,
        ("1", "ACI", ""),
        "La cellule C2 contient une formule sans valeur calculée\u202f: ouvrez le fichier dans un tableur et "
        "enregistrez-le.",
    )
    assert error.defect == "La cellule C3 contient une formule en erreur (#DIV/0!)."
    assert good == Row(4, ("3", "AI", "4"))


def test_merged_cells_share_their_value_and_it_is_said() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("SIAE")
        page.merge_range(0, 0, 0, 2, "SIAE du territoire")
        page.write_row(1, 0, ("siret", "kind", "etp"))
        page.write_row(2, 0, ("1", "", 4))
        page.write_row(3, 0, ("2", "", 5))
        page.merge_range(2, 1, 3, 1, "ACI")

    table = read(workbook(fill))
    assert list(table.rows()) == [
        Row(3, ("1", "ACI", "4"), shared=frozenset({1})),
        Row(4, ("2", "ACI", "5"), shared=frozenset({1})),
    ]
    assert table.notes[1] == (
        "Cellules fusionnées\u202f: 2 plages\u202f; la valeur d’une plage est reportée dans chacune de ses cellules, "
        "sauf un effectif, qui ne se partage pas."
    )


def test_merged_cells_beside_the_table_change_nothing_in_it() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("SIAE")
        page.write_row(0, 2, ("siret", "kind", "etp"))
        for row in range(1, 5):
            page.write_row(row, 2, (str(row), "ACI", row * 10))
        page.merge_range("A2:A5", "")
        page.merge_range("P1:R1", "")
        page.merge_range("A9:E12", "")

    assert list(read(workbook(fill)).rows()) == [Row(row + 1, (str(row), "ACI", f"{row}0")) for row in range(1, 5)]


def test_lines_are_numbered_as_the_spreadsheet_does_wherever_the_table_stands() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("SIAE")
        page.write_row("B3", ("siret", "kind", "etp"))
        for row in range(4, 8):
            page.write_row(f"B{row}", (str(row), "", row * 10))
        page.merge_range("C4:C5", "ACI")
        page.merge_range("C6:C7", "EI")
        page.write_formula("D7", "=A9*2", None, "")

    *good, wrong = read(workbook(fill)).rows()
    assert [(row.number, row.values, row.defect) for row in good] == [
        (4, ("4", "ACI", "40"), ""),
        (5, ("5", "ACI", "50"), ""),
        (6, ("6", "EI", "60"), ""),
    ]
    assert (wrong.number, wrong.values, wrong.defect[:12]) == (7, ("7", "EI", ""), "La cellule D")


def test_the_sheet_that_has_the_header_is_read_and_said() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Vide")
        book.add_worksheet("Lisez-moi").write(0, 0, "Une notice")
        page = book.add_worksheet("Liste")
        page.write_row(0, 0, ("siret", "kind"))
        page.write_row(1, 0, ("1", "ACI"))

    table = read(workbook(fill))
    assert [row.values for row in table.rows()] == [("1", "ACI")]
    assert table.notes[1] == "Feuille lue\u202f: «\u00a0Liste\u00a0». Feuilles laissées\u202f: «\u00a0Lisez-moi\u00a0»."


def test_an_ods_reads_like_an_xlsx() -> None:
    sheet = tableur.Sheet("Liste", ("siret", "kind", "etp"), [("1", "ACI", 12.5)])
    assert list(read(tableur.to_ods([sheet])).rows()) == [Row(2, ("1", "ACI", "12.5"))]


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(Refused, match="Le fichier est vide"):
        read(workbook(lambda book: book.add_worksheet("Vide")))


def test_features_of_a_map_are_lines() -> None:
    table = read(
        b'{"type": "FeatureCollection", "features": [{"properties": {"siret": 1, "kind": null}, "geometry": '
        b'{"type": "Point", "coordinates": [2, 48]}}, {"properties": {"etp": "\\ud800x"}, "geometry": null}]}'
    )
    assert table.header == ("siret", "kind", "etp", "geometry")
    assert list(table.rows()) == [
        Row(1, ("1", "", "", '{"type": "Point", "coordinates": [2, 48]}')),
        Row(2, ("", "", "?x", "")),
    ]


def collection(features: str) -> bytes:
    return f'{{"type": "FeatureCollection", "features": {features}}}'.encode()


@pytest.mark.parametrize(
    "content",
    [
        collection("["),
        collection('{"a": 1}'),
        collection('["a"]'),
        collection('[{"properties": ["a", "b"], "geometry": null}]'),
        collection('[{"properties": "abc"}]'),
        collection('[{"properties": {"a": 1}, "geometry": ' + "[" * 5000 + "]" * 5000 + "}]"),
        b'["FeatureCollection"]',
    ],
    ids=["cut", "features", "feature", "list", "text", "deep", "no collection"],
)
def test_a_broken_map_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="Ce fichier GeoJSON est abîmé"):
        read(content)
