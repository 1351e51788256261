"""The same expressions on DuckDB and on PostgreSQL: the same marts, the same indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow.parquet as pq
import pytest
from django.db import connection

from maillage.foundations.analytics import warehouse
from maillage.foundations.analytics.declarations import indicateurs, marts, tables
from maillage.foundations.analytics.expressions import Expressions
from tests.factories.entrepot import fill_parcours, fill_region

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db


@pytest.fixture
def both() -> Iterator[tuple[Expressions, Expressions]]:
    """The published tables in DuckDB and, as temporary tables, in PostgreSQL."""
    fill_parcours(fill_region())
    warehouse.publish()
    snapshot = warehouse.snapshots()[0]
    known = connection.get_connection_params()
    server = ibis.postgres.connect(
        **{name: known.get(name) for name in ("host", "port", "user", "password")}, database=known["dbname"]
    )
    copied = {
        name: server.create_table(name, pq.read_table(snapshot / "tables" / f"{name}.parquet"), temp=True)
        for name in tables()
    }
    yield warehouse.open_duckdb(snapshot), Expressions(copied)
    server.disconnect()


def read(table: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a table, sorted, numbers rounded to nine decimals."""

    def plain(value: Any) -> Any:
        return round(float(value), 9) if isinstance(value, (int, float, Decimal)) else value

    names = sorted(table.columns)
    rows = [tuple(plain(row[name]) for name in names) for row in table.to_pyarrow().to_pylist()]
    return sorted(rows, key=repr)


def test_both_backends_give_the_same_figures(both: tuple[Expressions, Expressions]) -> None:
    duckdb, postgres = both
    compared = {name: (read(duckdb(name)), read(postgres(name))) for name in marts()}
    compared |= {
        code: (read(duckdb.indicateur(each)), read(postgres.indicateur(each))) for code, each in indicateurs().items()
    }
    assert [name for name, (left, right) in compared.items() if left != right] == []
    empty = {name for name, (rows, _) in compared.items() if not rows}
    # The small region knows neither the very long-term unemployed nor most publics.
    assert {name for name in empty if not name.startswith("part_")} == {"besoin_deld_2ans", "etp_pour_mille_deld_2ans"}


def test_etp_are_exact_decimals_in_both(both: tuple[Expressions, Expressions]) -> None:
    for source in both:
        rows = source("structures_offre").filter(lambda t: (t.niveau == "region") & (t.annee == 2025))
        total = rows.aggregate(etp=lambda t: t.etp_realises.sum()).to_pyarrow().to_pylist()[0]["etp"]
        assert (type(total), total) == (Decimal, Decimal("56.10"))


def test_an_undeclared_table_is_told(both: tuple[Expressions, Expressions]) -> None:
    with pytest.raises(LookupError, match="« zut » n’est pas une table de l’entrepôt"):
        both[0]("zut")
