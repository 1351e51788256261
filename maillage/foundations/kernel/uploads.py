"""Files that people join: told by their content, looked at by the antivirus, kept where no address leads.

A room keeps the `Piece` that `receive` returns, and gives the file back from an `ExportScreen` of its own, under its
permission: `Export(piece.filename(title), piece.nature.content_type, read(piece.nom))`, always an attachment.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import re
import secrets
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from maillage.foundations.kernel import antivirus
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.core.files.uploadedfile import UploadedFile

MEGABYTE = 1_000_000
# What an office document may hold: beyond, it is made to choke whoever unpacks it.
MOST_ENTRIES, MOST_UNPACKED = 2_000, 20
# What a damaged archive raises: by its structure, its names, or one of the ways to pack an entry.
DAMAGED = (zipfile.BadZipFile, UnicodeDecodeError, EOFError, OSError, zlib.error, lzma.LZMAError)
NAME = re.compile(r"[0-9a-f]{32}")


class Nature(StrEnum):
    """The kinds of documents one may join; the value is the extension they are given back with."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self]


OFFICE = "application/vnd.openxmlformats-officedocument"
OASIS = "application/vnd.oasis.opendocument"
CONTENT_TYPES = {
    Nature.PDF: "application/pdf",
    Nature.JPEG: "image/jpeg",
    Nature.PNG: "image/png",
    Nature.DOCX: f"{OFFICE}.wordprocessingml.document",
    Nature.XLSX: f"{OFFICE}.spreadsheetml.sheet",
    Nature.ODT: f"{OASIS}.text",
    Nature.ODS: f"{OASIS}.spreadsheet",
}
# How each begins and ends.
SIGNATURES = {
    Nature.PDF: (b"%PDF-", b"%%EOF"),
    Nature.JPEG: (b"\xff\xd8\xff", b"\xff\xd9"),
    Nature.PNG: (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that was kept: `nom` is drawn at random and is its name on disk."""

    nom: str
    nature: Nature
    taille: int
    empreinte: str

    def filename(self, title: str) -> str:
        """Return the name to give it back under: of a title, never of what its sender called it."""
        return f"{slugify(title) or 'piece'}.{self.nature}"


def receive(upload: UploadedFile[bytes], *, natures: Collection[Nature], field: str = "fichier") -> Piece:
    """Check a file and keep it; raise `Refused` when it is too large, of another kind than allowed, or infected."""
    most = int(get_parametre("kernel.taille_fichier_max", on=timezone.localdate()).value)
    if (upload.size or 0) > most * MEGABYTE:
        raise Refused(Refusal("trop_gros", f"Le fichier dépasse la taille permise, {most}\u202fMo.", field))
    content = upload.read()
    try:
        nature = recognise(content, most_unpacked=most * MOST_UNPACKED * MEGABYTE)
    except DAMAGED as error:
        message = "Ce fichier est abîmé\u202f: ouvrez-le, enregistrez-le à nouveau, puis joignez-le."
        raise Refused(Refusal("fichier_abime", message, field)) from error
    if nature is None or nature not in natures:
        allowed = ", ".join(sorted(each.upper() for each in natures))
        message = f"Ce fichier n’est d’aucun des types admis. Types admis\u202f: {allowed}."
        raise Refused(Refusal("type_refuse", message, field))
    antivirus.scan(content, field=field)
    piece = Piece(secrets.token_hex(16), nature, len(content), hashlib.sha256(content).hexdigest())
    _write(_place(piece.nom), content)
    return piece


def read(nom: str) -> bytes:
    """Return a file that was kept; raise `FileNotFoundError` when there is none of this name."""
    return _place(nom).read_bytes()


def remove(nom: str) -> None:
    """Forget a file; one that is gone already changes nothing."""
    _place(nom).unlink(missing_ok=True)


def recognise(content: bytes, *, most_unpacked: int) -> Nature | None:
    """Return what a file is by its content, None when it is nothing that can be joined.

    Raise one of `DAMAGED` when it is an archive that does not open.
    """
    for nature, (start, end) in SIGNATURES.items():
        if content.startswith(start) and end in content[-1024:]:
            return nature
    return _recognise_archive(content, most_unpacked) if content.startswith(b"PK\x03\x04") else None


def _recognise_archive(content: bytes, most_unpacked: int) -> Nature | None:
    """Return which office document an archive is; none when it holds a macro or more than it should."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > most_unpacked:
                return None
            if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
                return None
            mimetype = archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
    except (RuntimeError, NotImplementedError):  # encrypted, or packed in an unknown way
        return None
    if "word/document.xml" in names:
        return Nature.DOCX
    if "xl/workbook.xml" in names:
        return Nature.XLSX
    return next((nature for nature in (Nature.ODT, Nature.ODS) if mimetype == CONTENT_TYPES[nature]), None)


def _place(nom: str) -> Path:
    """Return where a file is kept; a name that was not drawn here names no file."""
    if not NAME.fullmatch(nom):
        raise FileNotFoundError(nom)
    return Path(settings.MEDIA_ROOT, nom[:2], nom)


def _write(path: Path, content: bytes) -> None:
    """Write a file that only our account reads, complete or absent."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".partiel")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
