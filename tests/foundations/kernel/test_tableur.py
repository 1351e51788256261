from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from maillage.foundations.kernel.tableur import MAX_ROWS, Sheet, to_csv, to_ods, to_xlsx

COLUMNS = ("Nom", "ETP", "Salariés", "Ouverte le", "Active", "Part", "Vue le")
ROWS = [
    ("Ateliers de l’Été & Cie", Decimal("41.50"), 3, date(2024, 2, 29), True, 0.25, datetime(2026, 3, 1, 14, 5)),
    ("=1+1", None, -12, None, False, float("nan"), None),
]
NOTE = "Source : exemple.\nRayon : 10 km."


def sheet(rows=ROWS, **more):
    return Sheet("Structures", COLUMNS, rows, **more)


def read(content: bytes, name: str = "Structures"):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


def names(content: bytes):
    return CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names


@pytest.mark.parametrize("write", [to_xlsx, to_ods])
def test_a_workbook_keeps_types_and_leaves_unknown_cells_empty(write):
    header, first, second = read(write([sheet()]))
    assert header == list(COLUMNS)
    assert first == ["Ateliers de l’Été & Cie", 41.5, 3.0, date(2024, 2, 29), True, 0.25, datetime(2026, 3, 1, 14, 5)]
    assert second == ["=1+1", "", -12.0, "", False, "", ""]


@pytest.mark.parametrize("write", [to_xlsx, to_ods])
def test_a_workbook_takes_numpy_scalars_generators_and_aware_times(write):
    seen = datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("UTC"))
    rows = ([np.int64(5), np.float64("nan"), np.float32(0.5), seen] for _ in range(1))
    assert read(write([Sheet("S", ("a", "b", "c", "d"), rows)]), "S")[1] == [5.0, "", 0.5, datetime(2026, 7, 1, 14, 0)]


@pytest.mark.parametrize("write", [to_xlsx, to_ods])
def test_the_notes_come_last_on_a_sheet_of_their_own(write):
    content = write([sheet(note=NOTE), Sheet("Autre", ("a",), [(1,)])])
    assert names(content) == ["Structures", "Autre", "Lisez-moi"]
    lines = [row[0] for row in read(content, "Lisez-moi")]
    assert lines == ["À propos de ces données", "Structures", "Source : exemple.", "Rayon : 10 km."]


@pytest.mark.parametrize("write", [to_xlsx, to_ods])
def test_names_of_sheets_are_made_acceptable_and_unique(write):
    long = "Comparaison : communes/EPT de la région Île-de-France"
    content = write([Sheet(long, ("a",), [(1,)]), Sheet(long, ("a",), [(2,)]), Sheet("", ("a",), [(3,)])])
    assert names(content) == ["Comparaison   communes EPT de l", "Comparaison   communes EPT  (2)", "Feuille"]


@pytest.mark.parametrize("write", [to_xlsx, to_ods])
def test_a_sheet_without_row_is_its_header(write):
    assert read(write([sheet(rows=[])])) == [list(COLUMNS)]


@pytest.mark.parametrize("write", [to_xlsx, to_ods])
def test_text_keeps_its_lines_and_spaces(write):
    text = " a   b\n c "
    assert read(write([Sheet("S", ("t",), [(text,)])]), "S")[1] == [text]


def test_ods_drops_the_characters_that_xml_forbids():
    assert read(to_ods([Sheet("S", ("t",), [("a\x00\x0bb\ud800",)])]), "S")[1] == ["ab"]


def test_ods_begins_with_its_uncompressed_mimetype():
    content = to_ods([sheet()])
    first = zipfile.ZipFile(BytesIO(content)).infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert content[30:84] == b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


def test_ods_is_well_formed_and_holds_no_formula():
    tree = etree.fromstring(zipfile.ZipFile(BytesIO(to_ods([sheet(note=NOTE)]))).read("content.xml"))
    assert not tree.xpath("//@*[local-name()='formula']")
    assert len(tree.xpath("//*[local-name()='table']")) == 2


def test_xlsx_holds_no_formula_and_keeps_its_header_in_sight():
    page = zipfile.ZipFile(BytesIO(to_xlsx([sheet()]))).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    assert b'<autoFilter ref="A1:G3"/>' in page
    assert b'state="frozen"' in page


def test_xlsx_cuts_a_text_longer_than_a_cell_instead_of_losing_it():
    assert len(read(to_xlsx([Sheet("S", ("t",), [("x" * 40_000,)])]), "S")[1][0]) == 32_767


def test_a_workbook_refuses_more_rows_than_a_sheet_holds():
    with pytest.raises(ValueError, match="use CSV"):
        to_ods([Sheet("S", ("t",), ((1,) for _ in range(MAX_ROWS)))])


def test_csv_is_what_french_spreadsheet_programs_expect():
    text = to_csv(sheet()).decode("utf-8-sig")
    assert text.splitlines() == [
        "Nom;ETP;Salariés;Ouverte le;Active;Part;Vue le",
        "Ateliers de l’Été & Cie;41,50;3;2024-02-29;oui;0,25;2026-03-01 14:05:00",
        "'=1+1;;-12;;non;;",
    ]
    assert to_csv(sheet()).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_csv_neutralises_every_start_of_a_formula(text):
    line = to_csv(Sheet("S", (text,), [])).decode("utf-8-sig").strip("\r\n").strip('"')
    assert line == f"'{text}".strip("\r\n")


def test_csv_quotes_separators_and_line_breaks():
    assert to_csv(Sheet("S", ("a",), [('x;"y"\nz',)])).decode("utf-8-sig") == 'a\r\n"x;""y""\nz"\r\n'
