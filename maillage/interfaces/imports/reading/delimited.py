"""CSV: encoding and separator are found, said, and never guessed twice differently."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.kinds import BOM_UTF16
from maillage.interfaces.imports.reading.rows import Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 avec marque d’ordre (BOM)",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
}
_SAMPLE_LINES = 50


def read_delimited(content: bytes) -> Sheet:
    """Return the records of a CSV file; raise `Refused` when its encoding is unknown or a quote is never closed."""
    encoding = _find_encoding(content)
    separator = _find_separator(content, encoding)
    notes = (f"Encodage reconnu : {_ENCODINGS[encoding]}.", f"Séparateur reconnu : {_SEPARATORS[separator]}.")
    return Sheet(lambda: _rows(content, encoding, separator), notes)


def _find_encoding(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif content.startswith(BOM_UTF16):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        if _decodes(content, encoding):
            return encoding
    raise _refusal(
        "encodage_inconnu",
        "L’encodage du fichier n’est ni UTF-8 ni Windows-1252. Enregistrez-le au format CSV UTF-8.",
    )


def _decodes(content: bytes, encoding: str) -> bool:
    """Decode by slices, so that a large file never stands twice in memory."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    try:
        for start in range(0, len(view), 1 << 20):
            decoder.decode(bytes(view[start : start + (1 << 20)]))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _find_separator(content: bytes, encoding: str) -> str:
    """Return the separator under which most of the first lines have the most columns.

    A cell too long stops the count there, and no more: reading the records will tell it with its line.
    """
    lines = [line for line, _ in zip(_text(content, encoding), range(_SAMPLE_LINES), strict=False)]

    def usual_width(separator: str) -> int:
        widths: Counter[int] = Counter()
        with suppress(csv.Error):
            widths.update(len(record) for record in csv.reader(lines, delimiter=separator) if any(record))
        return max(widths, key=lambda width: (widths[width], width), default=0)

    return max(_SEPARATORS, key=usual_width)


def _text(content: bytes, encoding: str) -> Iterator[str]:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _rows(content: bytes, encoding: str, separator: str) -> Iterator[Row]:
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        for line in _text(content, encoding):
            consumed.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=separator, strict=True)
    while True:
        consumed.clear()
        number = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise _refusal(
                    "cellule_trop_longue",
                    f"Une cellule qui commence à la ligne {number} dépasse {csv.field_size_limit()} caractères. "
                    "Raccourcissez-la ; si elle est entre guillemets, vérifiez qu’ils sont refermés.",
                ) from None
            if "unexpected end of data" in str(error):
                raise _refusal(
                    "guillemet_ouvert",
                    f"Un guillemet ouvert à la ligne {number} n’est jamais refermé : la suite du fichier est "
                    "illisible. Corrigez cette ligne et déposez le fichier à nouveau.",
                ) from None
            yield Row(number, ("".join(consumed).strip(),), "Les guillemets de cette ligne sont mal placés.")
        else:
            yield Row(number, tuple(value.strip() for value in record))


def _refusal(code: str, message: str) -> Refused:
    return Refused(Refusal(code, message, "fichier"))
