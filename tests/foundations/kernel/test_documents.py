from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import typst

from maillage.foundations.kernel.documents import pdf, to_pdf
from maillage.foundations.kernel.documents.values import prepare
from maillage.foundations.kernel.drawings import Bar, BarChart, Legend, MapDrawing, Point, Shape, bounds_labels
from maillage.foundations.kernel.parameters import Parametre
from maillage.foundations.kernel.tableur import Sheet

DAY = date(2026, 11, 23)
TRAP = 'L’été #A [*b*] $x <l> @ref \\n `c` //fin "q" é\u202f: œ'
HEAD = """
#import "/foundations/kernel/documents/document.typ": *
#let data = inputs()
#show: report.with(title: data.title, subtitle: "Sous-titre", author: "Direction", day: "20 novembre 2026")
"""
MAP = MapDrawing(
    "Une carte",
    "Région, 2025.",
    "0 0 20 20",
    [Shape("A", "Alpha", "M0 0h9v9z", "7", 1), Shape("B", "Bêta", "M9 9h9v9z", "non renseigné", None)],
    Legend("ETP", bounds_labels((5,)), kinds=("ACI",)),
    points=[Point(4, 4, "Un atelier")],
)
CHART = BarChart("Un graphique", "2025.", "ETP", [Bar("Paris", 1200), Bar("Essonne", None)])


@pytest.fixture
def compile_pdf(tmp_path, monkeypatch):
    """Compile the body of a template against the blocks of the house."""
    blocks = Path("foundations/kernel/documents/document.typ")
    (tmp_path / blocks).parent.mkdir(parents=True)
    shutil.copy(pdf.ROOT / blocks, tmp_path / blocks)
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    template = tmp_path / "essai.typ"

    def compile_pdf(body: str, head: str = HEAD, **data) -> bytes:
        template.write_text(head + body, "utf-8")
        return to_pdf(template, {"title": "Un titre", **data}, on=DAY)

    return compile_pdf


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def unicode_map(font: pikepdf.Object) -> dict[int, str]:
    source = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>", source, re.IGNORECASE)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def written(page: pikepdf.Page) -> str:
    """Return the text of a page, in the order it is drawn."""
    fonts = {name: unicode_map(font) for name, font in page.Resources.Font.items()}
    current, found = {}, []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = fonts[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            strings = (
                [operands[0]] if str(operator) == "Tj" else [o for o in operands[0] if isinstance(o, pikepdf.String)]
            )
            codes = b"".join(map(bytes, strings))
            found += [current[int.from_bytes(codes[i : i + 2])] for i in range(0, len(codes), 2)]
    return "".join(found)


def elements(node: pikepdf.Object, kind: str) -> list[pikepdf.Object]:
    """Return the structure elements of a kind, in reading order."""
    own = [node] if node.get("/S") == pikepdf.Name(f"/{kind}") else []
    children = node.get("/K", [])
    children = list(children) if isinstance(children, pikepdf.Array) else [children]
    return own + [
        found for child in children if isinstance(child, pikepdf.Dictionary) for found in elements(child, kind)
    ]


def test_a_document_is_tagged_french_titled_and_says_it_is_accessible(compile_pdf):
    document = opened(compile_pdf("= Une partie\nDu texte."))
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "fr-FR"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert (str(document.docinfo.Title), str(document.docinfo.Author)) == ("Un titre", "Direction")
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    assert [str(item.get("/T", "")) for item in elements(document.Root.StructTreeRoot, "H1")] == ["Une partie"]


def test_fonts_are_embedded_and_are_the_house_one(compile_pdf):
    document = opened(compile_pdf("Un _nombre_\u202f: *1\u202f234*."))
    fonts = document.pages[0].Resources.Font
    assert {str(font.BaseFont).partition("+")[2].partition("-")[0] for font in fonts.values()} == {
        "AtkinsonHyperlegible"
    }


def test_text_of_the_data_is_never_markup(compile_pdf):
    document = opened(compile_pdf("= #data.trap\nSuite.", title=TRAP, trap=TRAP))
    with document.open_outline() as outline:
        assert [item.title for item in outline.root] == [f"1 {TRAP}"]
    assert str(document.docinfo.Title) == TRAP
    assert written(document.pages[0]).replace(" ", "").count(TRAP.replace(" ", "")) == 3  # title, heading, footer


def test_a_drawing_carries_its_alternative_text_and_its_caption(compile_pdf):
    document = opened(compile_pdf("#drawing(data.map)\n#drawing(data.chart, width: 60%)", map=MAP, chart=CHART))
    alternatives = [str(figure.Alt) for figure in elements(document.Root.StructTreeRoot, "Figure") if "/Alt" in figure]
    assert alternatives == [
        "Carte\u202f: Une carte. Région, 2025. "
        "moins de 5 (0)\u202f; 5 et plus (1)\u202f; non renseigné (1)\u202f; ACI (1)",
        "Graphique en barres\u202f: Un graphique. ETP\u202f: Paris 1\u202f200\u202f; Essonne non renseigné.",
    ]
    text = "".join(written(page) for page in document.pages)
    assert "Unecarte" in text.replace(" ", "")
    assert "Ungraphique" in text.replace(" ", "")


def test_a_drawing_without_alternative_text_does_not_compile(compile_pdf):
    with pytest.raises(typst.TypstError, match="alt"):
        compile_pdf("#drawing(data.map)", map={**prepare(MAP), "alt": ""})


def test_a_document_without_title_does_not_compile(compile_pdf):
    with pytest.raises(typst.TypstError, match="title"):
        compile_pdf("Texte.", title="")


def test_a_template_out_of_the_project_is_refused(tmp_path):
    template = tmp_path / "ailleurs.typ"
    template.write_text("= Ailleurs", "utf-8")
    with pytest.raises(RuntimeError):
        to_pdf(template, {}, on=DAY)


def test_a_long_table_repeats_its_header_on_every_page(compile_pdf):
    rows = [(f"Commune {number}", number, Decimal(number) / 4) for number in range(1300)]
    document = opened(compile_pdf("#sheet(data.table)", table=Sheet("Communes", ("Nom", "SIAE", "ETP"), rows, "Note")))
    pages = [written(page) for page in document.pages]
    assert len(pages) > 20
    assert [page.count("NomSIAEETP") for page in pages] == [1] * len(pages)
    table = elements(document.Root.StructTreeRoot, "Table")
    assert [len(elements(table[0], kind)) for kind in ("TH", "TD")] == [3, 3900]


def test_every_block_compiles_on_one_page(compile_pdf):
    parametre = Parametre("a.b", "rayon", "km", Decimal("12.5"), date(2018, 11, 1), "art. 1", "Stratégie", False)
    document = opened(
        compile_pdf(
            """
            #key-figures(data.figures)
            #notice(title: "À savoir")[Deux vocabulaires.]
            #definitions((("ETP", "équivalent temps plein"), ("DELD", none)))
            #parameters(data.parameters)
            #sources(data.sources)
            """,
            figures=[{"value": "38", "label": "structures", "detail": "2025"}, {"value": None, "label": "part"}],
            parameters=[parametre],
            sources=["IGN", "Insee"],
        )
    )
    text = written(document.pages[0]).replace(" ", "")
    for part in (
        "38",
        "nonrenseigné",
        "Deuxvocabulaires",
        "12,5\u202fkm(nonconfirmé)",
        "1ernovembre2018",
        "art.1·Stratégie",
        "Insee",
    ):
        assert part in text
    assert "page1sur1" in text
    assert "éditéle20novembre2026" in text


def test_the_same_data_on_the_same_day_give_the_same_bytes(compile_pdf):
    assert compile_pdf("#drawing(data.map)", map=MAP) == compile_pdf("#drawing(data.map)", map=MAP)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        (float("nan"), None),
        (Decimal("1234.50"), "1\u202f234,5"),
        (date(2026, 3, 1), "1er mars 2026"),
        (("a", [1]), ["a", [1]]),
        ({1: {"x": None}}, {"1": {"x": None}}),
    ],
)
def test_values_are_prepared_for_json(value, expected):
    assert prepare(value) == expected


def test_a_sheet_becomes_text_with_its_numeric_columns_marked():
    rows = [
        ("A", 1234, None, date(2026, 3, 1), "12,5"),
        ("B", None, Decimal("0.5"), None, ""),
        ("", 1, "non renseigné", None, "x"),
    ]
    sheet = prepare(Sheet("T", ("Nom", "SIAE", "ETP", "Le", "Texte"), rows, "Note"))
    assert sheet == {
        "title": "T",
        "columns": ["Nom", "SIAE", "ETP", "Le", "Texte"],
        "numeric": [False, True, True, False, False],
        "rows": [
            ["A", "1\u202f234", "non renseigné", "01/03/2026", "12,5"],
            ["B", "non renseigné", "0,5", "non renseigné", "non renseigné"],
            ["non renseigné", "1", "non renseigné", "non renseigné", "x"],
        ],
        "note": "Note",
    }


def test_a_column_of_a_sheet_has_the_same_decimals_from_top_to_bottom():
    rows = [(7.5, 1), (Decimal("7.25"), 2), (8, 3), (None, 4)]
    assert prepare(Sheet("T", ("Taux", "Rang"), rows))["rows"] == [
        ["7,50", "1"],
        ["7,25", "2"],
        ["8,00", "3"],
        ["non renseigné", "4"],
    ]


def test_a_short_table_stays_on_one_page(compile_pdf):
    def pages(rows):
        table = Sheet("T", ("Nom", "Valeur"), [(f"ligne{row}", row) for row in range(rows)], "La note.")
        document = opened(compile_pdf("#v(15cm)\n#sheet(data.table)", table=table))
        return [written(page).count("ligne") for page in document.pages]

    assert pages(12) == [0, 12]
    assert pages(60)[0] > 0


def test_what_no_block_can_show_is_refused():
    with pytest.raises(TypeError, match="cannot show set"):
        prepare({"x": {1}})
