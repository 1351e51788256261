"""`manage.py import_source`, as an agent runs it; killed in the middle, as machines do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.source import list_sources
from maillage.references.structures.models import Siae
from tests.database import current_url
from tests.factories.accounts import siret
from tests.interfaces.imports.conftest import counts, plain, siae_file, siae_line
from tests.waiting import wait_until


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Return a function that imports a content and returns what the command says, with ordinary spaces."""

    def command(contenu: bytes, *options: str, source: str = "siae") -> list[str]:
        file = tmp_path / "liste.csv"
        file.write_bytes(contenu)
        call_command("import_source", source, str(file), *options)
        return plain(capsys.readouterr().out).splitlines()

    return command


@pytest.mark.django_db
@pytest.mark.usefixtures("territoires")
class TestReport:
    def test_it_tells_what_was_read_and_what_came_of_it(self, run: Any) -> None:
        lines = run(
            siae_file(siae_line(1), siae_line(2, place="93300;Aubervilliers;2.3582;48.9362"), siae_line(3, "EATT"))
        )
        lot = Lot.objects.get()
        assert lines == [
            f"Liste des SIAE · liste.csv (Lot n° {lot.pk})",
            "  Format reconnu : CSV.",
            "  Encodage reconnu : UTF-8.",
            "  Séparateur reconnu : point-virgule.",
            "  Colonne « siret » → SIRET",
            "  Colonne « kind » → Type",
            "  Colonne « name » → Dénomination",
            "  Colonne « post_code » → Code postal",
            "  Colonne « city » → Ville",
            "  Colonne « lon » → Longitude",
            "  Colonne « lat » → Latitude",
            "        3 lignes lues",
            "        2 créées",
            "        0 modifiées",
            "        0 sans changement",
            "        1 rejetées",
            "        1 avertissements",
            "Rejets · pas_une_siae : 1",
            "  ligne 4 : Une EATT (entreprise adaptée de travail temporaire, art. L. 5213-13-3 du Code du travail) "
            "relève de l’emploi des travailleurs handicapés, pas de l’insertion par l’activité économique "
            "(art. L. 5132-4).",
            "Avertissements · code_postal_different : 1",
            "  ligne 3 : Les coordonnées tombent à Saint-Denis (93066), le code postal 93300 est celui de : "
            "Aubervilliers. Les coordonnées l’emportent.",
            "Import terminé.",
        ]

    def test_a_dry_run_says_that_nothing_was_written(self, run: Any) -> None:
        assert run(siae_file(siae_line(1)), "--dry-run")[-1] == "Contrôle seul : rien n’a été écrit."
        assert Siae.objects.count() == 0

    def test_the_second_time_says_that_nothing_changed(self, run: Any) -> None:
        run(siae_file(siae_line(1)))
        lines = run(siae_file(siae_line(1)))
        assert lines[-1] == "Import terminé : rien n’a changé."
        assert any("Ce fichier a déjà été importé le" in line for line in lines)

    def test_columns_may_be_designated(self, run: Any) -> None:
        content = siae_file(siae_line(1), header="Numéro;Famille;Intitulé;CP;Commune;Est;Nord")
        run(content, "--colonne=siret=NUMERO", "--colonne=type_siae=Famille", "--colonne=nom=Intitulé")
        assert Siae.objects.get().organisation.siret == siret(1)

    @pytest.mark.parametrize(
        ("content", "options", "message"),
        [
            (b"", (), "Le fichier est vide."),
            (b"PK\x05\x06" + bytes(18), (), "Ce fichier est une archive ZIP, pas un tableau."),
            (
                b"Nom;Ville\nChantier;Saint-Denis\n",
                (),
                "L’en-tête ne permet pas l’import. Il manque : SIRET (siret), Type (type_siae), Code postal "
                "(code_postal), Code INSEE de la commune (commune_code), Longitude (longitude).\n"
                "En-tête du fichier : Nom, Ville.\n",
            ),
            (
                siae_file(siae_line(1)),
                ("--colonne=siret=zut",),
                "--colonne siret=zut : colonne inconnue. En-tête du fichier : siret, kind, name,",
            ),
            (
                siae_file(siae_line(1, "GEIQ")),
                (),
                "Aucune ligne du fichier n’est valide : rien n’a été importé.",
            ),
        ],
    )
    def test_a_file_refused_is_an_error(self, run: Any, content: bytes, options: tuple[str, ...], message: str) -> None:
        with pytest.raises(CommandError) as error:
            run(content, *options)
        assert plain(str(error.value)).startswith(message)

    def test_a_file_that_is_not_there_is_an_error(self) -> None:
        with pytest.raises(CommandError, match=r"Le fichier absent.csv n’existe pas\."):
            call_command("import_source", "siae", "absent.csv")

    def test_it_asks_for_a_source_and_a_file(self) -> None:
        with pytest.raises(CommandError, match="Indiquez une source et un fichier, ou --liste"):
            call_command("import_source")

    def test_a_long_list_of_rejects_is_cut(self, run: Any) -> None:
        lines = run(siae_file(siae_line(1), *[siae_line(number, "EA") for number in range(2, 27)]))
        assert "Rejets · pas_une_siae : 25" in lines
        assert "  … et 5 autres" in lines


def test_it_lists_the_sources(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_source", "--liste")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [source.card.code for source in list_sources()]


@pytest.mark.django_db
@pytest.mark.usefixtures("nommes")
@pytest.mark.parametrize("source", list_sources(), ids=lambda source: source.card.code)
def test_every_sample_is_imported_as_it_is(source: Any, run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run(source.sample.read_bytes(), source=source.card.code)
    lot = Lot.objects.get()
    assert (lot.etat, lot.crees + lot.modifies > 0) == (EtatLot.APPLIQUE, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("territoires")
def test_killed_in_the_middle_then_run_again_it_ends_as_if_nothing_had_happened(run: Any, tmp_path: Path) -> None:
    siae = [siae_line(number) for number in range(1, 3501)]
    file = tmp_path / "grande.csv"
    file.write_bytes(siae_file(*siae[:1500], siae_line(1, "GEIQ"), siae_line(1), *siae[1500:]))
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_source", "siae", str(file)]
    environment = {**os.environ, "DATABASE_URL": current_url(), "MAILLAGE_VAR": str(tmp_path)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    wait_until(lambda: process.poll() is not None or Lot.objects.filter(derniere_ligne__gt=0).exists(), seconds=60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    connection.close()  # the killed process may have left locks that fall with its own connection

    lot = Lot.objects.get()
    assert (lot.etat, 0 < lot.derniere_ligne < 3503) == (EtatLot.EN_COURS, True)
    assert Siae.objects.count() == lot.crees
    lines = run(file.read_bytes())
    assert lines[0] == f"Lot n° {lot.pk} : import interrompu après la ligne {lot.derniere_ligne}, repris à la suivante."
    lot.refresh_from_db()
    assert (lot.etat, counts(lot)) == (EtatLot.APPLIQUE, (3502, 3500, 0, 0, 2))
    assert [rejet.code for rejet in lot.rejets.order_by("ligne")] == ["pas_une_siae", "doublon"]
    assert Siae.objects.count() == 3500
