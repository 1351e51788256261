"""CSV as people send it."""

from __future__ import annotations

import pytest

from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.reading.delimited import read_delimited
from maillage.interfaces.imports.reading.rows import Row

TEXT = "ville;nom\nÉvry;« L’Œuvre »\n"


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", "Encodage reconnu\u202f: UTF-8."),
        ("utf-8-sig", "Encodage reconnu\u202f: UTF-8 avec marque d’ordre (BOM)."),
        ("utf-16", "Encodage reconnu\u202f: UTF-16."),
        ("cp1252", "Encodage reconnu\u202f: Windows-1252."),
    ],
)
def test_encoding_is_found_and_said(encoding: str, note: str) -> None:
    sheet = read_delimited(TEXT.encode(encoding))
    assert list(sheet.rows()) == [Row(1, ("ville", "nom")), Row(2, ("Évry", "« L’Œuvre »"))]
    assert sheet.notes[0] == note


def test_unknown_encoding_is_refused() -> None:
    with pytest.raises(Refused, match="ni UTF-8 ni Windows-1252"):
        read_delimited(b"ville;nom\n\x81\x8d;a\n")


@pytest.mark.parametrize(
    ("separator", "note"),
    [
        (";", "Séparateur reconnu\u202f: point-virgule."),
        (",", "Séparateur reconnu\u202f: virgule."),
        ("\t", "Séparateur reconnu\u202f: tabulation."),
    ],
)
def test_separator_is_found_and_said(separator: str, note: str) -> None:
    lines = [separator.join(cells) for cells in (("a", "b", "c"), ("1", "2", "3"))]
    sheet = read_delimited("\r\n".join(lines).encode())
    assert [row.values for row in sheet.rows()] == [("a", "b", "c"), ("1", "2", "3")]
    assert sheet.notes[1] == note


def test_decimal_commas_are_not_separators() -> None:
    sheet = read_delimited(b"lon;lat;nom\n2,35;48,93;a\n2,36;48,94;b\n")
    assert [len(row.values) for row in sheet.rows()] == [3, 3, 3]


def test_quoted_fields_keep_separators_and_line_breaks_and_numbers_stay_those_of_the_file() -> None:
    sheet = read_delimited(b'a;b\n"x;y";"1\n2"\nz;3\n')
    assert list(sheet.rows()) == [Row(1, ("a", "b")), Row(2, ("x;y", "1\n2")), Row(4, ("z", "3"))]


def test_a_misplaced_quote_spoils_its_line_alone() -> None:
    sheet = read_delimited(b'a;b\n"x"y;1\nz;2\n')
    assert list(sheet.rows()) == [
        Row(1, ("a", "b")),
        Row(2, ('"x"y;1',), "Les guillemets de cette ligne sont mal placés."),
        Row(3, ("z", "2")),
    ]


def test_a_quote_never_closed_is_refused_with_its_line() -> None:
    sheet = read_delimited(b'a;b\nx;1\n"y;2\nz;3\n')
    with pytest.raises(Refused, match="Un guillemet ouvert à la ligne 3 n’est jamais refermé"):
        list(sheet.rows())


@pytest.mark.parametrize("lines_before", [1, 60])
@pytest.mark.parametrize("cell", ["x" * 200_000, '"' + "x;\n" * 70_000], ids=["long", "never closed"])
def test_a_cell_too_long_is_refused_with_its_line(lines_before: int, cell: str) -> None:
    sheet = read_delimited(("a;b\n" * lines_before + f"1;{cell}\n").encode())
    assert sheet.notes[1] == "Séparateur reconnu\u202f: point-virgule."
    with pytest.raises(
        Refused, match=f"Une cellule qui commence à la ligne {lines_before + 1} dépasse 131072"
    ) as refused:
        list(sheet.rows())
    assert [refusal.code for refusal in refused.value.refusals] == ["cellule_trop_longue"]
