"""The pass over all rows on an engine that has the data already, through Ibis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from gpai_portal.domains.database import named
from gpai_portal.domains.grouping import grouped
from gpai_portal.domains.manifests import Columns, column_of
from gpai_portal.domains.partials import merged
from gpai_portal.errors import PortalError, UsageError
from gpai_portal.steps import steps


def connect(engine: str) -> Any:
    """A connection of Ibis: by the name of the engine alone (``pyspark``), or by an address (``trino://host/catalog``).

    Raises UsageError, which does not repeat the address: it may hold a password.
    """
    try:
        import ibis  # noqa: PLC0415 - takes a second, and is needed for this alone
    except ImportError:
        raise UsageError("ibis is not installed; install the extra: pip install 'gpai-portal[domains]'") from None
    try:
        return ibis.connect(engine if "://" in engine else f"{engine}://")
    except Exception as error:  # noqa: BLE001 - each engine has errors of its own
        name = engine.partition(":")[0]
        raise UsageError(
            f"no connection to {name[:60]!r} ({type(error).__name__}); see ibis-project.org/backends for its "
            "address and for what it needs"
        ) from None


def add_up(connection: duckdb.DuckDBPyConnection, engine: Any, sources: Sequence[str], columns: Columns) -> str:
    """Fills the table ``passes`` with what the engine has added up of its tables and of Parquet files; returns SQL for
    its sums. Raises UsageError for what is neither or has no such column, PortalError for what fails on the engine."""
    for number, source in enumerate(steps(sources, f"adding up rows with {engine.name}")):
        try:
            table = engine.read_parquet(source) if source.endswith(".parquet") else engine.table(source)
        except Exception as error:  # noqa: BLE001
            raise UsageError(f"{source}: {engine.name} has no such table or Parquet file ({_said(error)})") from None
        query = grouped(_chosen(columns, table, source, f"crawl{number}"))
        try:
            added = table.alias(f"crawl{number}").sql(query, dialect="duckdb").to_pyarrow()
        except Exception as error:  # noqa: BLE001
            raise PortalError(f"{source}: {engine.name} could not add this up: {_said(error)}") from None
        connection.register("added", added)
        connection.execute(f"{'INSERT INTO passes' if number else 'CREATE TEMP TABLE passes AS'} SELECT * FROM added")
        connection.unregister("added")
    return merged("FROM passes")


def _chosen(columns: Columns, table: Any, source: str, alias: str) -> str:
    """SQL for what is selected of a table, in the words of DuckDB."""
    types = dict(table.schema().items())
    url, size = (column_of(types, name, source) for name in (columns.url, columns.size))
    kind = column_of(types, columns.modality, source) if columns.modality else ""
    if not types[columns.size].is_integer():
        raise UsageError(
            f"{source}: the column {columns.size!r} holds {types[columns.size]}, and no whole numbers of bytes; name "
            "another with --size, or a view that casts it"
        )
    modality = f"CAST({kind} AS VARCHAR)" if kind else "CAST(NULL AS VARCHAR)"
    selected = f"CAST({url} AS VARCHAR) AS url, {modality} AS modality, CAST({size} AS BIGINT) AS size"
    return f"SELECT {selected} FROM {named(alias)}"


def _said(error: Exception) -> str:
    """What an engine says, in one line."""
    return " ".join(str(error).split())[:300] or type(error).__name__
