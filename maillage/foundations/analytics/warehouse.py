"""Publish the warehouse: a dated folder of Parquet files that appears whole, or not at all."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from maillage.foundations.analytics.declarations import TypeColonne, indicateurs, marts, tables
from maillage.foundations.analytics.expressions import Expressions
from maillage.foundations.analytics.secrecy import Key, key, list_told
from maillage.foundations.kernel.encryption import fingerprint
from maillage.foundations.kernel.secret import get_effectif_min

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import pyarrow as pa

    from maillage.foundations.analytics.declarations import Cellule, Indicateur, Table

# How many snapshots are kept, the latest first; how many rows are held at a time; the digits of a pseudonym.
GARDES, LOT, CHIFFRES = 7, 20_000, 16


@dataclass(frozen=True, slots=True)
class Etat:
    """What a snapshot holds: when it was taken, the rows of each file, the seconds it took."""

    date: str
    lignes: dict[str, int]
    secondes: float

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.date)


@dataclass(frozen=True, slots=True)
class Valeur:
    """A value of an indicator. None is unknown; `secret` when it is known and withheld; `minimum`: « au moins ».

    `axe` and `modalite` say which part of the territory it speaks of; "" when it speaks of the whole.
    """

    indicateur: str
    niveau: str
    territoire: str
    annee: int
    axe: str
    modalite: str
    valeur: float | None
    secret: bool
    minimum: bool


def folder() -> Path:
    """Return where the snapshots are."""
    return Path(settings.MAILLAGE_ENTREPOT)


def snapshots() -> list[Path]:
    """Return the complete snapshots, the latest first."""
    found = folder().glob("[0-9]*") if folder().is_dir() else ()
    return sorted((path for path in found if (path / "etat.json").exists()), reverse=True)


def publish() -> Etat:
    """Write every published table, every mart and the indicators, and make them the current snapshot."""
    start, now = perf_counter(), timezone.now()
    folder().mkdir(parents=True, exist_ok=True)
    name = f"{now:%Y%m%dT%H%M%S%f}"
    draft = folder() / f".{name}.{os.getpid()}"
    try:
        for part in ("tables", "marts"):
            (draft / part).mkdir(parents=True)
        lignes, dicibles = _write_tables(draft / "tables")
        lignes |= _write_marts(draft, dicibles)
        etat = Etat(now.isoformat(), lignes, round(perf_counter() - start, 2))
        (draft / "etat.json").write_text(json.dumps(asdict(etat), ensure_ascii=False, indent=1), "utf-8")
        draft.rename(folder() / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for old in snapshots()[GARDES:]:
        shutil.rmtree(old, ignore_errors=True)
    return etat


def read_etat(snapshot: Path | None = None) -> Etat | None:
    """Return what a snapshot, the current one by default, holds; None when nothing was ever published."""
    path = snapshot or next(iter(snapshots()), None)
    return Etat(**json.loads((path / "etat.json").read_text("utf-8"))) if path else None


def read_valeurs(axe: str = "") -> tuple[Valeur, ...]:
    """Return the values of every indicator in the current snapshot, by territory or by the modalities of an axis.

    They are read once per process, snapshot and axis.
    """
    path = next(iter(snapshots()), None)
    return _read_valeurs(path / "indicateurs.parquet", axe) if path else ()


@lru_cache(maxsize=8)
def _read_valeurs(path: Path, axe: str) -> tuple[Valeur, ...]:
    import pyarrow.parquet as pq

    # A file of another form was written under other rules of secrecy: nothing of it is told.
    if pq.read_schema(path).remove_metadata() != SCHEMA():
        return ()
    return tuple(Valeur(**row) for row in pq.read_table(path, filters=[("axe", "=", axe)]).to_pylist())


def check() -> list[str]:
    """Return, in French, how the current snapshot departs from what is declared; nothing when it does not."""
    import pyarrow.parquet as pq

    path = next(iter(snapshots()), None)
    if path is None:
        return ["Aucun entrepôt n’est publié."]
    faults = []
    for name, table in tables().items():
        file = path / "tables" / f"{name}.parquet"
        if not file.exists():
            faults.append(f"{name} : le fichier manque.")
        elif pq.read_schema(file).remove_metadata() != schema(table):
            faults.append(f"{name} : les colonnes ne sont pas celles déclarées.")
    faults += [f"{name} : le fichier manque." for name in marts() if not (path / "marts" / f"{name}.parquet").exists()]
    if pq.read_schema(path / "indicateurs.parquet").remove_metadata() != SCHEMA():
        faults.append("indicateurs : le fichier est d’une autre version, la page ne le montre pas.")
    unknown = {each.indicateur for each in read_valeurs()} - indicateurs().keys()
    return faults + [f"{code} : cet indicateur n’est plus déclaré." for code in sorted(unknown)]


def schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a published table; every column may be unknown."""
    import pyarrow as pa

    types = {
        TypeColonne.TEXTE: pa.string(),
        TypeColonne.ENTIER: pa.int64(),
        TypeColonne.DECIMAL: pa.decimal128(18, 2),
        TypeColonne.BOOLEEN: pa.bool_(),
        TypeColonne.DATE: pa.date32(),
    }
    return pa.schema([(colonne.nom, types[colonne.type]) for colonne in table.colonnes])


def open_duckdb(snapshot: Path, *, drawn: bool = False) -> Expressions:
    """Return the published tables of a snapshot, read from their files by DuckDB in this process.

    With the `drawn` ones, marts are read from their files too; without, they are expressions over the tables.
    """
    import ibis

    database = ibis.duckdb.connect()
    parts = ("tables", "marts") if drawn else ("tables",)
    files = {path.stem: path for part in parts for path in sorted((snapshot / part).glob("*.parquet"))}
    return Expressions({name: database.read_parquet(str(path), table_name=name) for name, path in files.items()})


def _write_tables(into: Path) -> tuple[dict[str, int], dict[str, Collection[Cellule]]]:
    """Write the published tables as the database stands at one moment; return their numbers of rows.

    Beside them, read at the same moment: the cells of each indicator about people that its room tells.
    """
    consistent = not connection.in_atomic_block
    with transaction.atomic():
        if consistent:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        lignes = {name: _write_table(table, into / f"{name}.parquet") for name, table in tables().items()}
        return lignes, {
            code: each.secret.dicibles() for code, each in indicateurs().items() if each.secret and each.secret.dicibles
        }


def _write_table(table: Table, file: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    shape, count = schema(table), 0
    with pq.ParquetWriter(file, shape) as writer:
        for batch in _batches(table.rows(LOT)):
            columns = [
                pa.array(_published(values, colonne.pseudonyme), type=field.type)
                for values, colonne, field in zip(zip(*batch, strict=True), table.colonnes, shape, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=shape))
            count += len(batch)
    return count


def _published(values: Iterable[Any], pseudonyme: str) -> list[Any]:
    if not pseudonyme:
        return list(values)
    values = list(values)
    names = {value: None if value is None else pseudonym(pseudonyme, value) for value in set(values)}
    return [names[value] for value in values]


def pseudonym(kind: str, key: object) -> str:
    """Return the name under which a thing is published: the same everywhere, found again by whoever holds the key."""
    return fingerprint(str(key), f"entrepot:{kind}")[:CHIFFRES]


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, LOT)):
        yield batch


def _write_marts(draft: Path, dicibles: Mapping[str, Collection[Cellule]]) -> dict[str, int]:
    """Compute the marts and the indicators from the published files alone; return their numbers of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    source, lignes = open_duckdb(draft), {}
    for name in marts():
        rows = source(name).to_pyarrow()
        pq.write_table(rows, draft / "marts" / f"{name}.parquet")
        lignes[name] = rows.num_rows
    source, least = open_duckdb(draft, drawn=True), get_effectif_min()
    told = {**dicibles, **_draw_told(source)}
    values = [_tell(source, each, told.get(code), least) for code, each in indicateurs().items()]
    rows = pa.Table.from_pylist([row for part in values for row in part], schema=SCHEMA())
    pq.write_table(rows, draft / "indicateurs.parquet")
    return {**lignes, "indicateurs": rows.num_rows}


def SCHEMA() -> pa.Schema:  # noqa: N802  (a constant that needs Arrow)
    """Return the schema of the values of the indicators."""
    import pyarrow as pa

    texts = ("indicateur", "niveau", "territoire")
    return pa.schema(
        [
            *((name, pa.string()) for name in texts),
            ("annee", pa.int64()),
            ("axe", pa.string()),
            ("modalite", pa.string()),
            ("valeur", pa.float64()),
            ("secret", pa.bool_()),
            ("minimum", pa.bool_()),
        ]
    )


def _draw_told(source: Expressions) -> dict[str, Collection[Cellule]]:
    """Return the cells told of the indicators whose secrecy is drawn from the published tables; once for each."""
    drawn: dict[Any, Collection[Cellule]] = {}
    found = {}
    for code, each in indicateurs().items():
        if each.secret and (des_tables := each.secret.des_tables):
            if des_tables not in drawn:
                drawn[des_tables] = des_tables(source)
            found[code] = drawn[des_tables]
    return found


def _tell(
    source: Expressions, indicateur: Indicateur, dicibles: Collection[Cellule] | None, least: int
) -> Iterator[dict[str, Any]]:
    """Yield what may be told of an indicator, by territory then by each axis, without the counts it comes from."""
    rows = source.indicateur(indicateur).to_pyarrow().to_pylist()
    parts = {
        axis: [row for row in rows if row["axe"] == (axis.axe if axis else "")]
        for axis in (None, *indicateur.ventilations)
    }
    told = list_told(parts, dicibles, least) if indicateur.secret else {}
    for axis, rows in parts.items():
        yield from withhold(rows, told.get(axis))


def withhold(rows: Iterable[Mapping[str, Any]], told: Collection[Key] | None) -> Iterator[dict[str, Any]]:
    """Yield values without the counts they come from, those that may be told; every one when `told` is None."""
    for row in rows:
        known = row["valeur"] is not None
        secret = known and told is not None and key(row) not in told
        yield {
            **{name: row[name] for name in ("indicateur", "niveau", "territoire", "annee", "axe", "modalite")},
            "valeur": None if secret else row["valeur"],
            "secret": secret,
            "minimum": known and not secret and bool(row["minimum"]),
        }
