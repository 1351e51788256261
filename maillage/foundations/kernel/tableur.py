"""Spreadsheets: the same rows as CSV, XLSX or ODS, cells keeping their type.

    sheet = Sheet("ETP par commune", ("Code", "Commune", "ETP"), [("93066", "Saint-Denis", Decimal("41.5"))], "Source…")
    to_csv(sheet)        # for any program: one table, no note
    to_xlsx([sheet])     # several sheets; a last one, « Lisez-moi », gathers the notes
    to_ods([sheet])

Cells are None, str, bool, int, float, Decimal, date, datetime or NumPy scalars. None and nan are unknown: left empty.
Aware times are written in the time zone of the platform. Text is never a formula, in any format.
"""

from __future__ import annotations

import csv
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import xlsxwriter
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell = str | bool | int | float | Decimal | date | datetime | None

MAX_ROWS = 1_048_576  # of a sheet, header included, in the programs that will open it
MAX_TEXT = 32_767  # characters of an XLSX cell: XlsxWriter drops a longer text whole
_README = "Lisez-moi"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table; `rows` may be a generator, then it is read once.

    `note` says what the reader must know of the figures: source, date, parameters; one line per fact.
    """

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    note: str = ""


def to_csv(sheet: Sheet) -> bytes:
    """Write UTF-8 with a byte-order mark, `;` and decimal comma: what French spreadsheet programs open without asking.

    Dates are ISO. A text that such a program would run as a formula is preceded by an apostrophe.
    """
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_csv(title) for title in sheet.columns])
    writer.writerows([_csv(_cell(value)) for value in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Write one XLSX sheet per `Sheet`: frozen header, filter buttons, columns as wide as their content."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        header = book.add_format({"bold": True, "bg_color": "#E5EEF0", "bottom": 1, "text_wrap": True, "valign": "top"})
        styles: dict[type, Any] = {date: book.add_format({"num_format": "dd/mm/yyyy"})}
        styles[datetime] = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for name, sheet in _named(sheets):
            page = book.add_worksheet(name)
            rows = _rows(sheet)
            for number, title in enumerate(sheet.columns):
                page.write_string(0, number, title, header)
            for number, width in enumerate(_widths(sheet.columns, rows)):
                page.set_column(number, number, width)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write_xlsx(page, number, column, value, styles)
            page.freeze_panes(1, 0)
            if rows:
                page.autofilter(0, 0, len(rows), len(sheet.columns) - 1)
    return out.getvalue()


def to_ods(sheets: Sequence[Sheet]) -> bytes:
    """Write one ODS sheet per `Sheet` (OpenDocument 1.3); the header row is repeated on printed pages."""
    out = BytesIO()
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)  # first and stored: how the format is recognised
        archive.writestr("META-INF/manifest.xml", _MANIFEST.format(mimetype))
        archive.writestr("content.xml", "".join(_content(sheets)))
    return out.getvalue()


def _cell(value: Any) -> Cell:
    """Return a value as one of the types that the writers know."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if number - number == 0 else None  # neither nan nor infinite
    return str(value)  # labels that Django translates late, enumerations


def _rows(sheet: Sheet) -> list[list[Cell]]:
    rows = [[_cell(value) for value in row] for row in sheet.rows]
    if len(rows) >= MAX_ROWS:
        raise ValueError(f"« {sheet.title} » has {len(rows)} rows: a sheet holds {MAX_ROWS - 1}, use CSV")
    return rows


def _csv(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _write_xlsx(page: Any, row: int, column: int, value: Cell, styles: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, value[:MAX_TEXT])
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, styles[type(value)])
    else:
        page.write_number(row, column, value)


def _named(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Sheet]]:
    """Give each sheet a name that every program accepts (31 characters, unique), then add the notes."""
    notes = [line for sheet in sheets if sheet.note for line in (sheet.title, *sheet.note.splitlines(), "")]
    readme = [Sheet(_README, ("À propos de ces données",), [(line,) for line in notes[:-1]])] if notes else []
    used: set[str] = set()
    for sheet in chain(sheets, readme):
        base = name = re.sub(r"[\[\]:*?/\\']+", " ", _NOT_XML.sub("", sheet.title)).strip()[:31] or "Feuille"
        number = 1
        while name.lower() in used:
            number += 1
            name = f"{base[:27]} ({number})"
        used.add(name.lower())
        yield name, sheet


def _widths(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return the width of each column in characters, from its first rows, within readable limits."""
    sample = rows[:200]
    found = []
    for number, title in enumerate(columns):
        longest = max((len(str(row[number])) for row in sample if number < len(row)), default=0)
        found.append(min(max(longest, min(len(title), 24), 8) + 2, 90 if len(columns) == 1 else 45))
    return found


_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">\
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{}"/>\
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.3"\
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"\
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"\
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"\
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"\
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"\
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"><office:automatic-styles>\
<number:date-style style:name="day"><number:day number:style="long"/><number:text>/</number:text>\
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>\
<number:date-style style:name="time"><number:day number:style="long"/><number:text>/</number:text>\
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>\
<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>\
<number:minutes number:style="long"/></number:date-style>\
<style:style style:name="d" style:family="table-cell" style:data-style-name="day"/>\
<style:style style:name="t" style:family="table-cell" style:data-style-name="time"/>\
<style:style style:name="h" style:family="table-cell"><style:table-cell-properties fo:background-color="#e5eef0"\
 fo:border-bottom="0.5pt solid #000000" fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/>\
</style:style>"""


def _content(sheets: Sequence[Sheet]) -> Iterator[str]:
    named = [(name, sheet, _rows(sheet)) for name, sheet in _named(sheets)]
    widths = [_widths(sheet.columns, rows) for _, sheet, rows in named]
    yield _HEAD
    for width in sorted(set(chain.from_iterable(widths))):
        yield f'<style:style style:name="w{width}" style:family="table-column">'
        yield f'<style:table-column-properties style:column-width="{width * 0.2:.2f}cm"/></style:style>'
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    for (name, sheet, rows), columns in zip(named, widths, strict=True):
        yield f'<table:table table:name="{escape(name, {chr(34): "&quot;"})}">'
        yield from (f'<table:table-column table:style-name="w{width}"/>' for width in columns)
        header = (f'<table:table-cell table:style-name="h"{_string(title)}' for title in sheet.columns)
        yield f"<table:table-header-rows><table:table-row>{''.join(header)}</table:table-row></table:table-header-rows>"
        for row in rows:
            yield f"<table:table-row>{''.join(map(_ods, row))}</table:table-row>"
        yield "</table:table>"
    yield "</office:spreadsheet></office:body></office:document-content>"


def _ods(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f"<table:table-cell{_string(value)}"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, date):
        style, text = ("t", value.isoformat(timespec="seconds")) if isinstance(value, datetime) else ("d", f"{value}")
        return f'<table:table-cell table:style-name="{style}" office:value-type="date" office:date-value="{text}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def _string(text: str) -> str:
    """Return the end of a text cell: one paragraph per line, spaces that XML would fold written out."""
    paragraphs = []
    for line in escape(_NOT_XML.sub("", text)).splitlines() or [""]:
        folded = re.sub(r"^ | (?= )| $", "<text:s/>", line) if "  " in line or line != line.strip(" ") else line
        paragraphs.append(f"<text:p>{folded}</text:p>")
    return f' office:value-type="string">{"".join(paragraphs)}</table:table-cell>'
