"""The secrets are nowhere in clear, and their keys can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from psycopg.conninfo import make_conninfo

from maillage.foundations.kernel import backup, encryption
from maillage.foundations.kernel.encryption import Illisible, fingerprint
from maillage.references.accounts.models import SecondFacteur
from maillage.references.personnes.models import Personne
from tests.factories.accounts import UserFactory
from tests.factories.personnes import PersonneFactory

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NIR = "280059512345678"


@pytest.fixture
def secrets(db: None, settings: SettingsWrapper) -> Personne:
    """Three secrets under the old key."""
    settings.MAILLAGE_CLES = [OLD]
    SecondFacteur.objects.create(user=UserFactory(), secret="JBSWY3DPEHPK3PXP")
    PersonneFactory(nir="180059512345678", nir_empreinte=fingerprint("180059512345678", "nir"))
    personne: Personne = PersonneFactory(nir=NIR, nir_empreinte=fingerprint(NIR, "nir"))
    return personne


def states(capsys: pytest.CaptureFixture[str]) -> list[str]:
    call_command("cles", "etat")
    return capsys.readouterr().out.splitlines()


def test_the_database_knows_no_secret(secrets: Personne) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select t::text from personnes_personne t union all select t::text from accounts_secondfacteur t"
        )
        text = "".join(row for (row,) in cursor.fetchall())
    assert NIR not in text
    assert "JBSWY3DPEHPK3PXP" not in text
    assert Personne.objects.get(pk=secrets.pk).nir == NIR


@pytest.mark.django_db(transaction=True)
def test_a_dump_shows_no_nir(tmp_path: Path) -> None:
    PersonneFactory(nom="Visible", nir=NIR, nir_empreinte=fingerprint(NIR, "nir"))
    info = connection.connection.info
    url = make_conninfo(host=info.host, port=info.port, user=info.user, dbname=info.dbname)
    file = tmp_path / "copie.sql"
    backup._run("pg_dump", url, "--format=plain", f"--file={file}")
    text = file.read_text()
    assert "Visible" in text
    assert NIR not in text


def test_the_old_key_can_be_dropped_after_the_rotation(
    secrets: Personne, settings: SettingsWrapper, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MAILLAGE_CLES = [NEW, OLD]
    assert states(capsys) == [
        "personnes_personne.nir\u202f: clé n° 2\u202f: 2",
        "accounts_secondfacteur.secret\u202f: clé n° 2\u202f: 1",
    ]
    call_command("cles", "rotate", "--dry-run")
    assert "2 à rechiffrer" in capsys.readouterr().out
    assert "clé n° 2\u202f: 2" in states(capsys)[0]

    call_command("cles", "rotate")
    assert "2 rechiffrés" in capsys.readouterr().out
    settings.MAILLAGE_CLES = [NEW]

    assert states(capsys) == [
        "personnes_personne.nir\u202f: clé n° 1\u202f: 2",
        "accounts_secondfacteur.secret\u202f: clé n° 1\u202f: 1",
    ]
    assert Personne.objects.get(pk=secrets.pk).nir == NIR
    call_command("cles", "rotate")
    assert "0 rechiffrés" in capsys.readouterr().out


def test_a_rotation_killed_in_the_middle_is_taken_up(
    secrets: Personne, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAILLAGE_CLES = [NEW, OLD]
    monkeypatch.setattr(encryption, "BATCH", 1)
    column = next(column for column in encryption.columns() if column.name == "nir")
    original, calls = encryption.rotate, []

    def dying(token: str) -> str:
        calls.append(token)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(token)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(encryption, "rotate", dying)
        encryption.rotate_column(column)
    assert dict(encryption.census(column)) == {1: 1, 2: 1}
    assert encryption.rotate_column(column) == 1
    assert dict(encryption.census(column)) == {1: 2}


def test_a_key_dropped_too_early_is_told(
    secrets: Personne, settings: SettingsWrapper, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MAILLAGE_CLES = [NEW]
    assert states(capsys)[0] == "personnes_personne.nir\u202f: ILLISIBLES\u202f: 2"
    with pytest.raises(CommandError, match="Remettez la clé retirée"):
        call_command("cles", "rotate")
    with pytest.raises(Illisible):
        Personne.objects.get(pk=secrets.pk)


def test_a_nir_stays_unique_through_the_rotation(secrets: Personne, settings: SettingsWrapper) -> None:
    settings.MAILLAGE_CLES = [NEW, OLD]
    call_command("cles", "rotate", verbosity=0)
    with pytest.raises(IntegrityError, match="nir_empreinte"), transaction.atomic():
        PersonneFactory(nir=NIR, nir_empreinte=fingerprint(NIR, "nir"))


def test_a_new_key_works(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("cles", "nouvelle")
    key = capsys.readouterr().out.strip()
    box: Any = Fernet(key)
    assert box.decrypt(box.encrypt(b"essai")) == b"essai"
