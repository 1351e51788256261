"""CSV: encoding and separator are found, said, and never guessed twice differently."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.kinds import BOM_UTF16
from maillage.interfaces.imports.reading.rows import Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
# The ASP writes its tables with this one, a line before the header, a line after the last record, and no quotes.
_ASP, _DEB, _FIN = "|", "DEB", "FIN"
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 avec marque d’ordre (BOM)",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
}
_SAMPLE_LINES = 50
_LINE_ENDS = (b"\n", b"\r", b"\n\x00", b"\x00\n")
_CUT = (
    "La dernière ligne n’a pas de fin de ligne : si le téléchargement a été interrompu, sa dernière valeur peut être "
    "coupée."
)
_CUT_ASP = "Le fichier de l’ASP commence par « DEB » et ne finit pas par « FIN » : il a été coupé, sa fin manque."


def read_delimited(content: bytes) -> Sheet:
    """Return the records of a CSV file; raise `Refused` when its encoding is unknown or a quote is never closed."""
    encoding = _find_encoding(content)
    separator = _find_separator(content, encoding)
    cut = _find_cut(content, separator)
    notes = (f"Encodage reconnu : {_ENCODINGS[encoding]}.", f"Séparateur reconnu : {_SEPARATORS[separator]}.", *cut)
    return Sheet(lambda: _rows(content, encoding, separator), notes)


def _find_cut(content: bytes, separator: str) -> tuple[str, ...]:
    """Return what makes one think that the end of a file is missing."""
    if separator == _ASP and content[:8].lstrip(codecs.BOM_UTF8).startswith(_DEB.encode()):
        ended = content.rstrip().rsplit(b"\n", 1)[-1].startswith(_FIN.encode())
        return () if ended else (_CUT_ASP,)
    return () if content.endswith(_LINE_ENDS) else (_CUT,)


def _find_encoding(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif content.startswith(BOM_UTF16):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        broken = _find_break(content, encoding)
        if broken is None:
            return encoding
        # a file in UTF-8 may end in the middle of a letter, never one whose letters are single bytes
        if broken and encoding != "cp1252":
            raise _refusal(
                "fichier_coupe",
                "Le fichier s’arrête au milieu d’un caractère : il a été coupé. Téléchargez-le à nouveau en entier.",
            )
    raise _refusal(
        "encodage_inconnu",
        "L’encodage du fichier n’est ni UTF-8 ni Windows-1252. Enregistrez-le au format CSV UTF-8.",
    )


def _find_break(content: bytes, encoding: str) -> bool | None:
    """Return None when the content decodes, else whether it does so up to a last letter that is cut.

    Decodes by slices, so that a large file never stands twice in memory. A single odd byte at the end of a text that
    has no other accent tells nothing: it is a letter of Windows-1252.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    accents = encoding != "utf-8"
    try:
        for start in range(0, len(view), 1 << 20):
            accents |= not decoder.decode(bytes(view[start : start + (1 << 20)])).isascii()
    except UnicodeDecodeError:
        return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return accents
    return None


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


def _quoting(separator: str) -> Literal[0, 3]:
    return csv.QUOTE_NONE if separator == _ASP else csv.QUOTE_MINIMAL


def _ends(record: list[str], separator: str) -> bool:
    """Tell whether a record is the line that the ASP writes after the last one."""
    return separator == _ASP and bool(record) and record[0].startswith(_FIN)


def _rows(content: bytes, encoding: str, separator: str) -> Iterator[Row]:
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        for line in _text(content, encoding):
            consumed.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=separator, strict=True, quoting=_quoting(separator))
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
            if _ends(record, separator):
                return
            yield Row(number, tuple(value.strip() for value in record))


def _refusal(code: str, message: str) -> Refused:
    return Refused(Refusal(code, message, "fichier"))
