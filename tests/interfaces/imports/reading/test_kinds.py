"""A file is what its content is, and says so in French."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from maillage.foundations.kernel import tableur
from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.reading.kinds import FormatFichier, recognise

LIMIT = 10_000_000


def archive(**entries: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in entries.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


SHEET = tableur.Sheet("Liste", ("siret", "type"), [("1", "ACI")])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"siret;type\n1;ACI\n", FormatFichier.CSV),
        (b"\xef\xbb\xbfsiret;type\n", FormatFichier.CSV),
        ("siret;type\n".encode("utf-16"), FormatFichier.CSV),
        (tableur.to_xlsx([SHEET]), FormatFichier.XLSX),
        (tableur.to_ods([SHEET]), FormatFichier.ODS),
        (b'{"type": "FeatureCollection", "features": []}', FormatFichier.GEOJSON),
        (b'[{"siret": 1}]', FormatFichier.JSON),
    ],
)
def test_recognised_by_content(content: bytes, kind: FormatFichier) -> None:
    assert recognise(content, unpacked_limit=LIMIT) == kind


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"", "fichier_vide", "Le fichier est vide."),
        (b" \r\n\n", "fichier_vide", "Le fichier est vide."),
        (b"\xef\xbb\xbf", "fichier_vide", "Le fichier est vide."),
        (
            archive(liste_dot_csv="siret;type"),
            "format_inconnu",
            "Ce fichier est une archive ZIP, pas un tableau. Ouvrez-la et déposez le fichier CSV, XLSX ou ODS "
            "qu’elle contient.",
        ),
        (
            b"%PDF-1.7 ...",
            "format_inconnu",
            "Ce fichier est un PDF, pas un tableau. Demandez à son producteur le fichier CSV, XLSX ou ODS d’origine.",
        ),
        (b"\x89PNG\r\n\x1a\n", "format_inconnu", "Ce fichier est une image, pas un tableau."),
        (b"\xff\xd8\xff\xe0", "format_inconnu", "Ce fichier est une image, pas un tableau."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "format_inconnu",
            "Ce fichier est un ancien classeur Excel (XLS) ou un classeur protégé par mot de passe. Ouvrez-le et "
            "enregistrez-le au format XLSX, sans mot de passe.",
        ),
        (
            gzip.compress(b"siret"),
            "format_inconnu",
            "Ce fichier est une archive GZIP. Décompressez-la et déposez le fichier qu’elle contient.",
        ),
        (
            b"<!DOCTYPE html><html>",
            "format_inconnu",
            "Ce fichier est une page web, pas un tableau\u202f: le téléchargement a sans doute échoué.",
        ),
        (b'<?xml version="1.0"?>', "format_inconnu", "Ce fichier est un document XML, pas un tableau."),
        (
            b"abc\x00def",
            "format_inconnu",
            "Ce fichier n’est pas un texte\u202f: il n’est ni un CSV, ni un XLSX, ni un ODS.",
        ),
        (
            archive(word__document_dot_xml="<w/>"),
            "format_inconnu",
            "Ce fichier est un document de texte ou une présentation, pas un tableau.",
        ),
        (
            archive(xl__workbook_dot_bin="x"),
            "format_inconnu",
            "Ce fichier est un classeur binaire (XLSB). Enregistrez-le au format XLSX.",
        ),
        (
            tableur.to_xlsx([SHEET])[:500],
            "fichier_abime",
            "Ce fichier est abîmé\u202f: c’est un classeur ou une archive dont la fin manque.",
        ),
        (
            archive(xl__workbook_dot_xml="0" * (LIMIT + 1)),
            "trop_gros",
            "Une fois décompressé, ce classeur dépasse la taille permise.",
        ),
    ],
)
def test_refused_with_what_it_is(content: bytes, code: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        recognise(content, unpacked_limit=LIMIT)
    [refusal] = refused.value.refusals
    assert (refusal.code, refusal.message, refusal.field) == (code, message, "fichier")
