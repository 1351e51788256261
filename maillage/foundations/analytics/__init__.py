"""The warehouse: tables that the rooms publish, what is drawn from them, and the figures that everybody quotes.

    published tables   what a room declares (`tables.py`): pseudonyms, never a name; one Parquet file each
    intermediate       tables drawn from them, read by several marts
    marts              the contract: what analysts open, by territory and year
    indicators         a definition, a formula, a source, a value by territory and year, under secrecy

It knows no business: rooms declare, this floor publishes and computes. Expressions are Ibis: DuckDB in the process by
default, PostgreSQL or Spark elsewhere (ADR 0014). Ibis, DuckDB and Arrow are imported when they serve, never at start.
"""
