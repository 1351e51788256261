"""A shared diagnostic as a file: PDF to read and sign, DOCX and ODT to work on, ODS for its tables."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document as Docx
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from odfdo import Cell, Frame, Header, HeaderRows, List, ListItem, Paragraph, Row, Table
from odfdo import Document as Odt

from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.documents import to_pdf, to_png
from maillage.foundations.kernel.documents.values import prepare
from maillage.foundations.kernel.mail import address
from maillage.foundations.kernel.tableur import to_ods
from maillage.foundations.kernel.templatetags.ui import jour

if TYPE_CHECKING:
    from collections.abc import Callable

    from maillage.domains.diagnostics.queries.partage_blocs import Drawing
    from maillage.domains.diagnostics.queries.partage_document import Document, SectionLue
    from maillage.foundations.kernel.tableur import Sheet

TEMPLATE = Path(__file__).resolve().parent.parent / "documents" / "partage.typ"
WIDTH_MM = 166


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the document: what it is called, its MIME type, who writes it."""

    label: str
    content_type: str
    write: Callable[[Document], bytes]


def write_pdf(document: Document) -> bytes:
    """Write an accessible PDF (PDF/UA-1). From the same frozen document, the same bytes, whatever the day."""
    diagnostic = document.diagnostic
    data = {
        "titre": diagnostic.titre,
        "sous_titre": document.sous_titre,
        "statut": document.statut,
        "signataires": document.signataires,
        "jour": jour(document.jour),
        "adresse": _address(document),
        "auteurs": document.auteurs,
        "sections": [_section(section) for section in document.sections],
        "parametres": _parametres(document),
    }
    return to_pdf(TEMPLATE, data, on=document.jour)


def write_docx(document: Document) -> bytes:
    """Write the document for Word: real headings, header rows that repeat, pictures with their alternative text."""
    book: Any = Docx()
    _style(book)
    book.core_properties.title = document.diagnostic.titre
    book.core_properties.author = document.signataires
    book.core_properties.language = "fr-FR"
    book.add_heading(document.diagnostic.titre, level=0)
    for line in (document.sous_titre, document.statut, f"Adresse stable\u202f: {_address(document)}"):
        book.add_paragraph(line)
    _docx_table(book, document.auteurs)
    for lue in document.sections:
        book.add_heading(lue.section.titre, level=1)
        for paragraph in lue.paragraphes:
            if paragraph.listed:
                for line in paragraph.lines:
                    book.add_paragraph(line, style="List Bullet")
            else:
                book.add_paragraph("\n".join(paragraph.lines))
        for bloc in lue.blocs:
            if bloc.dessin:
                _docx_picture(book, bloc.dessin)
            _docx_table(book, bloc.tableau)
            book.add_paragraph(bloc.mention)
        for heading, text in _positions(lue):
            book.add_heading(heading, level=2)
            book.add_paragraph(text)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def write_odt(document: Document) -> bytes:
    """Write the document for LibreOffice, in the same order as for Word."""
    book = Odt("text")
    body: Any = book.body
    body.clear()
    book.meta.title = document.diagnostic.titre
    book.meta.language = "fr-FR"
    body.append(Header(1, document.diagnostic.titre))
    for line in (document.sous_titre, document.statut, f"Adresse stable\u202f: {_address(document)}"):
        body.append(Paragraph(line))
    _odt_table(body, document.auteurs, 0)
    number = 0
    for lue in document.sections:
        body.append(Header(2, lue.section.titre))
        for paragraph in lue.paragraphes:
            if paragraph.listed:
                items: Any = List()
                for line in paragraph.lines:
                    items.append(ListItem(line))
                body.append(items)
            else:
                for line in paragraph.lines:
                    body.append(Paragraph(line))
        for bloc in lue.blocs:
            number += 1
            if bloc.dessin:
                _odt_picture(book, bloc.dessin, number)
            _odt_table(body, bloc.tableau, number)
            body.append(Paragraph(bloc.mention))
        for heading, text in _positions(lue):
            body.append(Header(3, heading))
            body.append(Paragraph(text))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def write_ods(document: Document) -> bytes:
    """Write every table of the document as a spreadsheet, values unformatted; notes and sources come last."""
    return to_ods([document.auteurs, *document.tableaux])


FORMATS = {
    "pdf": Format("PDF", "application/pdf", write_pdf),
    "docx": Format("DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_docx),
    "odt": Format("ODT", "application/vnd.oasis.opendocument.text", write_odt),
    "ods": Format("ODS (tableaux)", "application/vnd.oasis.opendocument.spreadsheet", write_ods),
}


def _address(document: Document) -> str:
    return address(page("diagnostics:partage", document.diagnostic.public_id))


def _section(lue: SectionLue) -> dict[str, Any]:
    return {
        "titre": lue.section.titre,
        "paragraphes": [{"lines": each.lines, "listed": each.listed} for each in lue.paragraphes],
        "blocs": [{"dessin": bloc.dessin, "tableau": bloc.tableau, "mention": bloc.mention} for bloc in lue.blocs],
        "accords": lue.accords,
        "divergences": [
            {"qui": f"{each.organisation_nom}\u202f: {each.get_sens_display()}", "texte": each.texte}
            for each in lue.divergences
        ],
    }


def _parametres(document: Document) -> list[dict[str, Any]]:
    """Return the dated parameters of every block, each once."""
    found = {
        (each["label"], each["value"]): each
        for lue in document.sections
        for bloc in lue.blocs
        for each in bloc.parametres
    }
    return list(found.values())


def _positions(lue: SectionLue) -> list[tuple[str, str]]:
    said = [
        (f"Position\u202f: {each.organisation_nom}, {each.get_sens_display()}", each.texte) for each in lue.divergences
    ]
    return [*([("Positions\u202f: d’accord", f"{lue.accords}.")] if lue.accords else []), *said]


def _style(book: Any) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    normal = book.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.ONE_POINT_FIVE
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(language)


def _docx_table(book: Any, sheet: Sheet) -> None:
    """Add a table under its title, its header row marked as such."""
    data = prepare(sheet)
    title = book.add_paragraph()
    title.add_run(data["title"]).bold = True
    title.paragraph_format.keep_with_next = True
    table = book.add_table(rows=1, cols=len(data["columns"]), style="Light Grid Accent 1")
    for cell, name in zip(table.rows[0].cells, data["columns"], strict=True):
        cell.text = name
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for row in data["rows"]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    if data["note"]:
        book.add_paragraph(data["note"])


def _docx_picture(book: Any, drawing: Drawing) -> None:
    book.add_picture(BytesIO(to_png(drawing)), width=Mm(WIDTH_MM))
    properties = book.inline_shapes[len(book.inline_shapes) - 1]._inline.docPr
    properties.set("title", drawing.title)
    properties.set("descr", drawing.alt)


def _odt_table(body: Any, sheet: Sheet, number: int) -> None:
    data = prepare(sheet)
    body.append(Paragraph(data["title"]))
    table: Any = Table(f"Tableau{number}")
    header: Any = HeaderRows()
    header.append(_odt_row(data["columns"]))
    table.append(header)
    for row in data["rows"]:
        table.append(_odt_row(row))
    body.append(table)
    if data["note"]:
        body.append(Paragraph(data["note"]))


def _odt_row(values: list[str]) -> Row:
    row: Any = Row()
    for value in values:
        row.append_cell(Cell(value), clone=False)
    return row  # type: ignore[no-any-return]


def _odt_picture(book: Any, drawing: Drawing, number: int) -> None:
    content = to_png(drawing)
    name = book.add_file(BytesIO(content))
    width, height = _size(content)
    size = (f"{WIDTH_MM}mm", f"{WIDTH_MM * height / width:.0f}mm")
    frame: Any = Frame.image_frame(name, name=f"Dessin{number}", size=size, anchor_type="as-char")
    frame.svg_title = drawing.title
    frame.svg_description = drawing.alt
    paragraph: Any = Paragraph()
    paragraph.append(frame)
    book.body.append(paragraph)


def _size(png: bytes) -> tuple[int, int]:
    """Return the width and the height that the header of a PNG says."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
