"""Files as they come: whatever is wrong with one is told in French, and no rejected line is lost."""

from __future__ import annotations

import io
import json
import resource
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from maillage.domains.diagnostics.models import Besoin
from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.reading import open_table
from tests.interfaces.imports.conftest import Import, counts, plain, rejects

HEADER = "public;commune;annee;valeur\n"
LIMIT = 10_000_000


def read(content: bytes) -> list[tuple[str, ...]]:
    return [row.values for row in open_table(content, (), unpacked_limit=LIMIT).rows()]


ACCENTS = "Public;Niveau;Année;Réfugiés\nbénéficiaires;département;2025;12\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_an_encoding_is_found_whatever_it_is(encoding: str) -> None:
    assert read(ACCENTS.encode(encoding)) == [("bénéficiaires", "département", "2025", "12")]


def test_a_file_cut_in_the_middle_of_a_letter_is_told_cut_and_not_misread() -> None:
    for content in ((ACCENTS + "bé").encode()[:-1], (ACCENTS + "b").encode("utf-16")[:-1]):
        with pytest.raises(Refused, match="il a été coupé"):
            read(content)


def test_a_lone_accent_at_the_end_of_a_plain_text_is_windows_1252() -> None:
    assert read("a;b\n1;2\n3;é".encode("cp1252")) == [("1", "2"), ("3", "é")]


def test_a_file_without_its_last_end_of_line_may_be_cut_and_says_so() -> None:
    notes = open_table(b"a;b\n1;2\n3;4", (), unpacked_limit=LIMIT).notes
    assert plain(notes[-1]).startswith("La dernière ligne n’a pas de fin de ligne")
    assert len(open_table(b"a;b\n1;2\n3;4\n", (), unpacked_limit=LIMIT).notes) == len(notes) - 1


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ("public", "commune", "annee", "valeur"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (workbook()[:-200], "Ce fichier est abîmé : c’est un classeur ou une archive dont la fin manque."),
        (
            json.dumps([{"a": 1}] * 50).encode()[:-10],
            "Ce fichier JSON est abîmé à la ligne 1 : il a sans doute",
        ),
        (b'{"a": 1}', "Ce document JSON n’est pas une liste d’objets : ce n’est pas un tableau."),
        (b"[1, 2]", "Ce document JSON n’est pas une liste d’objets : ce n’est pas un tableau."),
        (b"[]", "Cette liste JSON ne contient aucun objet."),
        ('["é"]'.encode("cp1252"), "Ce fichier JSON n’est pas en UTF-8."),
        (b"", "Le fichier est vide."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, message: str) -> None:
    with pytest.raises(Refused) as refused:
        open_table(content, (), unpacked_limit=LIMIT)
    assert plain(str(refused.value)).startswith(message)


@pytest.mark.django_db
@pytest.mark.usefixtures("territoires")
def test_every_line_that_is_wrong_is_kept_as_it_stands_and_the_others_are_written(imported: Import) -> None:
    lines = (
        "brsa;93066;2025;120",
        "brsa;77999;2025;1",
        "brsa;13055;2025;1",
        "brsa;93059;2019;5",
        "brsa;93066;2025;121",
        "brsa;93001;2025;beaucoup",
        "brsa;93001;2025",
        "brsa;75112;20",
    )
    lot = imported((HEADER + "\n".join(lines)).encode(), "besoins")
    assert counts(lot) == (8, 2, 0, 0, 6)
    assert [(line, code) for line, code, _ in rejects(lot)] == [
        (3, "commune_inconnue"),
        (4, "hors_region"),
        (6, "doublon"),
        (7, "nombre_illisible"),
        (8, "ligne_illisible"),
        (9, "ligne_illisible"),
    ]
    kept = [rejet.valeurs for rejet in lot.rejets.order_by("ligne")]
    assert kept == [lines[place].split(";") for place in (1, 2, 4, 5, 6, 7)]
    assert Besoin.objects.count() == 2


@pytest.mark.django_db
def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "grand.csv"
    with file.open("wb") as out:
        out.truncate(500_000_000)  # a hole: nothing is written on the disk
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CommandError, match="dépasse la taille permise"):
        call_command("import_source", "besoins", str(file))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes
    assert not Lot.objects.exists()
