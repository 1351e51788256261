"""Nothing personal is published, a key goes under a pseudonym, and nothing heavy is imported at start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from maillage.foundations.analytics import checks
from maillage.foundations.analytics.declarations import (
    Colonne,
    Indicateur,
    Table,
    TypeColonne,
    indicateurs,
    marts,
    tables,
)
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.models import Personne
from maillage.references.structures.models import EffectifAnnuel, Siae
from tests.source import ROOT

# Fields that name or locate a thing exactly: no analyst needs them.
NAMES = {
    "nom",
    "prenom",
    "denomination",
    "nom_usage",
    "siret",
    "email",
    "telephone",
    "adresse",
    "longitude",
    "latitude",
}


@pytest.mark.parametrize(
    ("model", "champ", "pseudonyme", "reason"),
    [
        (User, "email", "", "accounts.User.email est une donnée personnelle"),
        (Membre, "user__email", "", "accounts.User.email est une donnée personnelle"),
        (Membre, "profil", "", "accounts.Membre.profil est une donnée personnelle"),
        (Personne, "nir", "", "personnes.Personne.nir est une donnée personnelle"),
        (Personne, "date_naissance", "personne", "personnes.Personne.date_naissance est une donnée personnelle"),
        (Siae, "pk", "", "une clé se publie sous un pseudonyme"),
        (EffectifAnnuel, "siae_id", "", "une clé se publie sous un pseudonyme"),
        (EffectifAnnuel, "siae", "", "une clé se publie sous un pseudonyme"),
        (EffectifAnnuel, "zut", "", "« zut » n’est pas un champ"),
        (EffectifAnnuel, "annee__zut", "", "« annee__zut » n’est pas un champ"),
        (EffectifAnnuel, "siae_id", "siae", ""),
        (EffectifAnnuel, "departement__code", "", ""),
        (Siae, "type_siae", "", ""),
    ],
)
def test_a_column_that_tells_of_a_person_is_refused(model: type, champ: str, pseudonyme: str, reason: str) -> None:
    table = Table("essai", "essai", model, ())
    assert checks.refuse(table, Colonne("essai", TypeColonne.TEXTE, "essai", champ, pseudonyme)) == reason


def test_a_personal_field_is_published_reduced_and_only_by_a_room_that_computes_it() -> None:
    computed, raw = (Table("essai", "essai", Personne, (), calcul) for calcul in (lambda: iter(()), None))
    reduced = Colonne("annee", TypeColonne.ENTIER, "essai", "date_naissance", reduit="année")
    number = Colonne("nir", TypeColonne.TEXTE, "essai", "nir", reduit="année")
    fault = "personnes.Personne.{} est une donnée personnelle"
    assert checks.refuse(computed, reduced) == ""
    assert checks.refuse(raw, reduced) == fault.format("date_naissance")
    assert checks.refuse(computed, number) == fault.format("nir")


def test_what_the_rooms_declare_breaks_no_rule() -> None:
    assert checks.check_tables() == []


def test_no_name_nor_address_is_published() -> None:
    fields = {colonne.champ.rpartition("__")[2] for table in tables().values() for colonne in table.colonnes}
    assert fields & NAMES == set()


def test_everything_says_what_it_is() -> None:
    assert [name for name, table in tables().items() if not all(each.sens for each in table.colonnes)] == []
    assert [name for name, each in {**tables(), **marts()}.items() if not each.libelle] == []
    texts = ("libelle", "definition", "formule", "unite", "source", "objectif")
    assert [each.code for each in indicateurs().values() if not all(getattr(each, text) for text in texts)] == []
    assert len(indicateurs()) >= 12


def test_a_name_declared_twice_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Room:
        TABLES = (Table("siae", "essai", Siae, ()),)
        MARTS = ()
        INDICATEURS = (indicateurs()["siae"],)

    monkeypatch.setattr(checks, "_rooms", lambda: [("structures", Room), ("structures", Room)])
    assert [(message.id, message.msg) for message in checks._names()] == [  # type: ignore[attr-defined]
        ("analytics.E002", "« structures_siae » est déclaré 2 fois dans l’entrepôt."),
        ("analytics.E002", "« siae » est déclaré 2 fois dans l’entrepôt."),
    ]
    assert isinstance(Room.INDICATEURS[0], Indicateur)


def test_django_starts_without_the_warehouse() -> None:
    code = (
        "import django, sys; django.setup()\n"
        "from django.core.management import call_command; call_command('check', verbosity=0)\n"
        "print(sorted({'ibis', 'duckdb', 'pyarrow', 'pandas'} & set(sys.modules)))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "MAILLAGE_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
