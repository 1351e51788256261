"""From a template and its data to a tagged PDF."""

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

ROOT = Path(maillage.__file__).parent
FONTS = Path(__file__).parent / "fonts"


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
