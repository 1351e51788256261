"""What a file is, told by its content: an extension only says what somebody called it."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum

from maillage.foundations.kernel.errors import Refusal, Refused


class FormatFichier(StrEnum):
    """The kinds of files that hold a table."""

    CSV = "CSV"
    XLSX = "XLSX"
    ODS = "ODS"
    GEOJSON = "GeoJSON"
    JSON = "JSON"


BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")

# First bytes of what people send by mistake, and what to do about it.
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (
        b"%PDF",
        "Ce fichier est un PDF, pas un tableau. Demandez à son producteur le fichier CSV, XLSX ou ODS d’origine.",
    ),
    (b"\x89PNG", "Ce fichier est une image, pas un tableau."),
    (b"\xff\xd8\xff", "Ce fichier est une image, pas un tableau."),
    (b"GIF8", "Ce fichier est une image, pas un tableau."),
    (
        b"\xd0\xcf\x11\xe0",
        "Ce fichier est un ancien classeur Excel (XLS) ou un classeur protégé par mot de passe. "
        "Ouvrez-le et enregistrez-le au format XLSX, sans mot de passe.",
    ),
    (b"\x1f\x8b", "Ce fichier est une archive GZIP. Décompressez-la et déposez le fichier qu’elle contient."),
    (b"7z\xbc\xaf", "Ce fichier est une archive 7z. Décompressez-la et déposez le fichier qu’elle contient."),
    (b"Rar!", "Ce fichier est une archive RAR. Décompressez-la et déposez le fichier qu’elle contient."),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "Ce fichier est une page web, pas un tableau : le téléchargement a sans doute échoué."),
    (b"<html", "Ce fichier est une page web, pas un tableau : le téléchargement a sans doute échoué."),
    (b"<?xml", "Ce fichier est un document XML, pas un tableau."),
)


def recognise(content: bytes, *, unpacked_limit: int) -> FormatFichier:
    """Return the kind of a file; `unpacked_limit` bounds, in bytes, what a workbook may hold once unpacked."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise _refusal("fichier_vide", "Le fichier est vide.")
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _recognise_zip(content, unpacked_limit)
    for signature, message in _STRANGERS:
        if start.startswith(signature):
            raise _refusal("format_inconnu", message)
    for signature, message in _MARKUP:
        if start.lower().startswith(signature):
            raise _refusal("format_inconnu", message)
    if start.startswith((b"{", b"[")):
        return FormatFichier.GEOJSON if b"FeatureCollection" in start else FormatFichier.JSON
    if b"\x00" in content[:65536] and not content.startswith(BOM_UTF16):
        raise _refusal("format_inconnu", "Ce fichier n’est pas un texte : il n’est ni un CSV, ni un XLSX, ni un ODS.")
    return FormatFichier.CSV


def _recognise_zip(content: bytes, unpacked_limit: int) -> FormatFichier:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise _refusal(
            "fichier_abime", "Ce fichier est abîmé : c’est un classeur ou une archive dont la fin manque."
        ) from None
    with archive:
        names = set(archive.namelist())
        if sum(entry.file_size for entry in archive.infolist()) > unpacked_limit:
            raise _refusal("trop_gros", "Une fois décompressé, ce classeur dépasse la taille permise.")
        if "xl/workbook.xml" in names:
            return FormatFichier.XLSX
        if "content.xml" in names and b"opendocument.spreadsheet" in _first_bytes(archive, "mimetype"):
            return FormatFichier.ODS
    if "xl/workbook.bin" in names:
        raise _refusal("format_inconnu", "Ce fichier est un classeur binaire (XLSB). Enregistrez-le au format XLSX.")
    if "word/document.xml" in names or "content.xml" in names:
        raise _refusal("format_inconnu", "Ce fichier est un document de texte ou une présentation, pas un tableau.")
    raise _refusal(
        "format_inconnu",
        "Ce fichier est une archive ZIP, pas un tableau. Ouvrez-la et déposez le fichier CSV, XLSX ou ODS "
        "qu’elle contient.",
    )


def _first_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as entry:
        return entry.read(100)


def _refusal(code: str, message: str) -> Refused:
    return Refused(Refusal(code, message, "fichier"))
