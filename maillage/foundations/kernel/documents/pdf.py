"""From a template and its data to a tagged PDF; from a drawing to a picture."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

import maillage
from maillage.foundations.kernel.documents.values import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from maillage.foundations.kernel.drawings import BarChart, MapDrawing

ROOT = Path(maillage.__file__).parent
FONTS = Path(__file__).parent / "fonts"
DRAWING = Path(__file__).parent / "dessin.typ"
PPI = 144  # sharp on a screen, light in a document


def to_pdf(template: Path, data: Mapping[str, Any], *, on: date) -> bytes:
    """Compile a template of the project (`.typ`) with its data into a PDF/UA-1 file dated `on`.

    The same template, data and day give the same bytes. Raises `typst.TypstError` when the template is wrong, which
    includes what an accessible document lacks: a title, the alternative text of an image, a heading level.
    """
    content = typst.compile(
        str(template),
        root=str(ROOT),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(prepare(data), ensure_ascii=False, allow_nan=False)},
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(on, time(), UTC),
    )
    if not isinstance(content, bytes):
        raise TypeError("a PDF is one file")
    return content


def to_png(drawing: MapDrawing | BarChart) -> bytes:
    """Draw a map or a chart, its legend included, as a picture of 166 mm wide; its words are `drawing.alt`."""
    content = typst.compile(
        str(DRAWING),
        root=str(ROOT),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(prepare(drawing), ensure_ascii=False)},
        format="png",
        ppi=PPI,
    )
    if not isinstance(content, bytes):
        raise TypeError("a drawing is one picture")
    return content
