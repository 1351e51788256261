"""Two writers of the territories at once: the second waits, then finds the work done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.services.qpv import Quartier, record_qpv
from maillage.references.territoires.services.territoires import load_territoires
from maillage.references.territoires.services.zonages import record_zonage
from tests.factories.territoires import TerritoireFactory
from tests.references.territoires.faits import SAINT_DENIS, write_facts
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

ON = date(2026, 1, 1)


@pytest.fixture
def load(tmp_path: Path) -> Callable[[], bool]:
    write_facts(tmp_path, 2026, [SAINT_DENIS], [])

    def act() -> bool:
        [bilan] = load_territoires(region="11", actor=None, on=ON, facts=tmp_path)
        return bilan.ecritures.change

    return act


@pytest.fixture
def region(transactional_db: None) -> None:
    TerritoireFactory(niveau=Niveau.REGION, code="11", departement="")
    TerritoireFactory(code="93066")


@pytest.fixture
def zonage(region: None) -> Callable[[], bool]:
    lignes = [("93066", "1109", "Paris")]

    def act() -> bool:
        [result] = record_zonage(
            maille=Maille.ZONE_EMPLOI, lignes=lignes, millesime=2020, source="essai", actor=None, on=ON
        )
        return result.change != "inchange"

    return act


@pytest.fixture
def qpv(region: None) -> Callable[[], bool]:
    quartiers = [Quartier("QN09301M", "Quartier d’essai", ("93066",))]

    def act() -> bool:
        [result] = record_qpv(quartiers=quartiers, millesime=2024, source="essai", actor=None, on=ON)
        return result.change != "inchange"

    return act


def blocked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        return bool(cursor.fetchone()[0])


def elsewhere(act: Callable[[], bool]) -> bool:
    """Do the act on the connection of another thread."""
    try:
        return act()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["load", "zonage", "qpv"])
def test_the_second_writer_waits_for_the_first(name: str, request: pytest.FixtureRequest) -> None:
    act = request.getfixturevalue(name)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert act()
            second = pool.submit(partial(elsewhere, act))
            wait_until(blocked)
        assert second.result() is False
