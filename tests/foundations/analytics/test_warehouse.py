"""A snapshot appears whole or not at all; what it holds is what was declared."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from maillage.foundations.analytics import jobs, warehouse
from maillage.foundations.analytics.declarations import tables
from maillage.references.structures.models import Siae
from tests.factories.entrepot import fill_region

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


def rows(name: str, part: str = "tables") -> list[dict[str, Any]]:
    return pq.read_table(warehouse.snapshots()[0] / part / f"{name}.parquet").to_pylist()  # type: ignore[no-any-return]


def test_tables_are_published_with_their_types_under_pseudonyms() -> None:
    siae = fill_region()
    Siae.objects.filter(pk=siae["d"].pk).update(fin=date(2026, 1, 1))
    etat = warehouse.publish()
    published = rows("structures_siae")
    assert etat.lignes["structures_siae"] == len(published) == 4
    by_key = {row["siae"]: row for row in published}
    name = warehouse.pseudonym("siae", siae["d"].pk)
    assert (len(name), name == str(siae["d"].pk)) == (16, False)
    assert by_key[name] == {"siae": name, "type_siae": "AI", "debut": None, "fin": date(2026, 1, 1)}
    figures = [row for row in rows("structures_effectifs") if row["siae"] == warehouse.pseudonym("siae", siae["c"].pk)]
    assert [(row["annee"], row["etp_realises"], row["etp_conventionnes"]) for row in figures] == [
        (2024, Decimal("9.05"), None),
        (2025, Decimal("9.05"), None),
    ]
    assert warehouse.check() == []


def test_a_snapshot_that_fails_leaves_the_former_one(entrepot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_region()
    warehouse.publish()
    before = warehouse.snapshots()

    def fail(draft: Path, dicibles: object) -> dict[str, int]:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(warehouse, "_write_marts", fail)
        with pytest.raises(OSError, match="no space left"):
            warehouse.publish()
    assert warehouse.snapshots() == before
    assert list(entrepot.iterdir()) == before  # not even a draft


def test_the_latest_snapshots_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse, "GARDES", 2)
    monkeypatch.setattr(warehouse, "_write_marts", lambda draft, dicibles: {})
    taken = [warehouse.publish().date for _ in range(3)]
    kept = [warehouse.read_etat(path) for path in warehouse.snapshots()]
    assert [etat.date for etat in kept if etat] == [taken[2], taken[1]]


def test_the_command_publishes_tells_and_checks(entrepot: Path) -> None:
    with pytest.raises(CommandError, match="Aucun entrepôt n’est publié"):
        call_command("entrepot", "state")
    with pytest.raises(CommandError, match="Aucun entrepôt n’est publié"):
        call_command("entrepot", "check")
    fill_region()
    out = io.StringIO()
    call_command("entrepot", "publish", stdout=out)
    assert "        4 structures_siae" in out.getvalue().splitlines()
    call_command("entrepot", "check", stdout=out)
    assert out.getvalue().endswith("L’entrepôt est celui qui est déclaré.\n")
    (warehouse.snapshots()[0] / "tables" / "structures_siae.parquet").unlink()
    with pytest.raises(CommandError, match="structures_siae : le fichier manque"):
        call_command("entrepot", "check")


def test_a_changed_declaration_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    fill_region()
    warehouse.publish()
    fewer = {name: table for name, table in tables().items() if name == "structures_siae"}
    table = fewer["structures_siae"]
    object.__setattr__(table, "colonnes", table.colonnes)  # the same: nothing to tell
    assert warehouse.check() == []
    monkeypatch.setattr(warehouse, "indicateurs", dict)
    assert warehouse.check()[0] == "besoin_brsa : cet indicateur n’est plus déclaré."


def test_values_written_under_other_rules_are_not_shown() -> None:
    fill_region()
    warehouse.publish()
    assert warehouse.read_valeurs() != ()
    file = warehouse.snapshots()[0] / "indicateurs.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["minimum"]), file)
    warehouse._read_valeurs.cache_clear()
    assert warehouse.read_valeurs() == ()
    assert warehouse.check() == ["indicateurs : le fichier est d’une autre version, la page ne le montre pas."]


def test_every_night_a_new_snapshot_is_published() -> None:
    fill_region()
    for _ in range(2):
        jobs.refresh(0)
    assert len(warehouse.snapshots()) == 2


def test_an_empty_platform_publishes_empty_tables() -> None:
    etat = warehouse.publish()
    assert set(etat.lignes.values()) == {0}
    assert warehouse.read_valeurs() == ()


def test_of_people_only_what_the_room_tells_is_told() -> None:
    given = [
        {
            "indicateur": "part_rqth",
            "niveau": "departement",
            "territoire": code,
            "annee": 2025,
            "axe": "",
            "modalite": "",
            "numerateur": 20,
            "denominateur": 40,
            "valeur": valeur,
            "minimum": minimum,
        }
        for code, valeur, minimum in (("93", 50.0, False), ("94", 50.0, True), ("95", 50.0, True), ("77", None, True))
    ]
    names = ("territoire", "valeur", "secret", "minimum")

    def told(dicibles: set[tuple[str, str, int, str]] | None) -> list[tuple[Any, ...]]:
        return [tuple(row[name] for name in names) for row in warehouse.withhold(given, dicibles)]

    assert told(
        {("departement", "93", 2025, ""), ("departement", "94", 2025, ""), ("departement", "95", 2024, "")}
    ) == [
        ("93", 50.0, False, False),
        ("94", 50.0, False, True),
        ("95", None, True, False),  # neither the value, nor whether it is a minimum
        ("77", None, False, False),  # unknown is not withheld
    ]
    assert [secret for _, _, secret, _ in told(set())] == [True, True, True, False]
    assert told(None)[:3] == [("93", 50.0, False, False), ("94", 50.0, False, True), ("95", 50.0, False, True)]
    # The counts that a value comes from are not kept.
    assert {name for row in warehouse.withhold(given, None) for name in row} == {
        "indicateur",
        "niveau",
        "annee",
        "axe",
        "modalite",
        *names,
    }
