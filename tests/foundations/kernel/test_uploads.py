"""What may be joined, where it is kept, how it is given back."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import path

from maillage.foundations.kernel import tableur, uploads
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import Export, ExportScreen
from maillage.foundations.kernel.uploads import Nature
from tests.foundations.kernel.test_antivirus import EICAR, Clamd

if TYPE_CHECKING:
    from django.conf import LazySettings

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0 image \xff\xd9"
SHEET = tableur.Sheet("Essai", ["a"], [[1]])


def archive(**entries: bytes) -> bytes:
    """Return an archive; `__` stands for a slash in the names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, value in entries.items():
            file.writestr(name.replace("__", "/"), value)
    return content.getvalue()


DOCX = archive(**{"word__document.xml": b"<w/>"})
ODT = archive(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<o/>"})


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "fichiers"


@pytest.mark.parametrize(
    ("content", "nature"),
    [
        (PDF, Nature.PDF),
        (PNG, Nature.PNG),
        (JPEG, Nature.JPEG),
        (DOCX, Nature.DOCX),
        (ODT, Nature.ODT),
        (tableur.to_xlsx([SHEET]), Nature.XLSX),
        (tableur.to_ods([SHEET]), Nature.ODS),
        (b"", None),
        (PDF[:-7], None),
        (b"<html>%%EOF", None),
        (b"MZ\x90\x00", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (archive(page=b"x"), None),
        (archive(**{"word__document.xml": b"", "word__vbaProject.bin": b""}), None),
        (archive(**{"word__document.xml": b"0" * 2_000_000}), None),
        (archive(**{"word__document.xml": b""} | {f"n{n}": b"" for n in range(2_000)}), None),
    ],
)
def test_a_file_is_told_by_its_content(content: bytes, nature: Nature | None) -> None:
    assert uploads.recognise(content, most_unpacked=1_000_000) == nature


def receive(content: bytes, name: str = "piece.pdf", natures: tuple[Nature, ...] = (Nature.PDF,)) -> uploads.Piece:
    return uploads.receive(SimpleUploadedFile(name, content), natures=natures)


def kept(settings: LazySettings) -> list[Path]:
    return [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]


def test_it_is_kept_under_a_random_name_that_only_we_read(settings: LazySettings) -> None:
    one, two = receive(PDF, "../../contrat.exe"), receive(PDF)
    assert one.nom != two.nom
    assert sorted(each.name for each in kept(settings)) == sorted([one.nom, two.nom])
    assert {stat.S_IMODE(each.stat().st_mode) for each in kept(settings)} == {0o600}
    assert (uploads.read(one.nom), one.taille, one.nature) == (PDF, len(PDF), Nature.PDF)
    uploads.remove(one.nom)
    uploads.remove(one.nom)
    with pytest.raises(FileNotFoundError):
        uploads.read(one.nom)


def spoiled(packing: int) -> bytes:
    """Return an archive whose first entry does not unpack."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packing) as file:
        file.writestr("mimetype", bytes(range(256)) * 40)
    start = 30 + len("mimetype")
    return content.getvalue()[:start] + b"\xff" * 40 + content.getvalue()[start + 40 :]


@pytest.mark.parametrize(
    "content",
    [
        DOCX[:-30],
        b"PK\x03\x04abime",
        spoiled(zipfile.ZIP_STORED),
        spoiled(zipfile.ZIP_DEFLATED),
        spoiled(zipfile.ZIP_BZIP2),
        spoiled(zipfile.ZIP_LZMA),
        archive(été=b"").replace("é".encode(), b"\xff\xff"),
    ],
    ids=["cut", "no archive", "stored", "deflated", "bzip2", "lzma", "name"],
)
def test_a_damaged_archive_is_refused_and_not_kept(settings: LazySettings, content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        receive(content)
    assert [reason.code for reason in refused.value.refusals] == ["fichier_abime"]
    assert kept(settings) == []


@pytest.mark.parametrize("content", [PNG, b"MZ\x90\x00", b""], ids=["other kind", "program", "empty"])
def test_another_kind_is_refused_and_not_kept(settings: LazySettings, content: bytes) -> None:
    with pytest.raises(Refused, match="Types admis\u202f: PDF"):
        receive(content)
    assert kept(settings) == []


def test_a_file_too_large_is_not_even_read(settings: LazySettings) -> None:
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload.size = 11_000_000
    with pytest.raises(Refused, match="dépasse la taille permise, 10\u202fMo"):
        uploads.receive(upload, natures=(Nature.PDF,))
    assert kept(settings) == []


def test_an_infected_file_is_not_kept(settings: LazySettings, tmp_path: Path) -> None:
    settings.MAILLAGE_CLAMAV = str(tmp_path / "clamd")
    server = Clamd(tmp_path / "clamd")
    server.start()
    with pytest.raises(Refused, match="contenu dangereux"):
        receive(b"%PDF-1.7\n" + EICAR + b"\n%%EOF")
    server.join(20)
    server.server.close()
    assert kept(settings) == []


@pytest.mark.parametrize("nom", ["../secret_key", "", "a" * 31, "A" * 32, "0" * 31 + "/", "0" * 32])
def test_a_name_that_was_not_drawn_reads_nothing(nom: str) -> None:
    with pytest.raises(FileNotFoundError):
        uploads.read(nom)


class Rendu(ExportScreen):
    """What a room writes to give a file back."""

    public = True
    limit = None

    def build(self) -> Export:
        piece = receive(PDF)
        return Export(piece.filename("Contrat d’été\r\nX: y"), piece.nature.content_type, uploads.read(piece.nom))


urlpatterns: list[Any] = [path("rendu/", Rendu.as_view())]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_it_is_given_back_as_an_attachment_of_its_own_type(client: Client) -> None:
    response = client.get("/rendu/")
    assert response["Content-Disposition"] == 'attachment; filename="contrat-dete-x-y.pdf"'
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert response.content == PDF


@pytest.mark.django_db
def test_no_address_leads_to_the_folder(settings: LazySettings, client: Client) -> None:
    piece = receive(PDF)
    for address in (f"/fichiers/{piece.nom}", f"/media/{piece.nom}", f"/static/../var/fichiers/{piece.nom}"):
        assert client.get(address).status_code == 404
