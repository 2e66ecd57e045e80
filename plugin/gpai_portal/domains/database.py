"""The database inside: it reads files of any size, in bounded memory, and puts on disk what has no room there."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import duckdb

from gpai_portal.steps import step

#: Seconds between two looks at how far a query is.
_LOOK = 0.2

#: Columns of sums by authority: an authority or the mark of a reason, a modality, how many rows of manifests, their
#: bytes, and how many of them have no size that can be added.
COLUMNS = ("authority", "modality", "row_count", "bytes", "unsized")


def connect(folder: Path, memory: str = "", threads: int = 0) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills into a folder; ``memory`` such as "2GB"."""
    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = {quoted(str(folder))}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    if memory:
        connection.execute(f"SET memory_limit = {quoted(memory)}")
    if threads:
        connection.execute(f"SET threads = {threads}")
    return connection


def run(connection: duckdb.DuckDBPyConnection, query: str, what: str) -> None:
    """Runs a long query, and tells how far it is. Ctrl+C ends it."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(connection.execute, query)
        try:
            while wait([running], _LOOK).not_done:
                step(what, max(0, int(connection.query_progress())), 100)
        except BaseException:
            connection.interrupt()
            raise
        running.result()


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def named(column: str) -> str:
    """A name of a column as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


def said(error: duckdb.Error) -> str:
    """What the database says, in one line and without a line of a file that it repeats: it may hold a password."""
    text = str(error)
    before, found, behind = text.partition("Original Line:")
    if found:
        reason = behind.partition("Possible Solution")[0].strip().rpartition("\n")[2]
        file = re.search(r"^\s*file = (.*)$", behind, re.MULTILINE)
        text = f"{file[1]}: {before} {reason}" if file else f"{before} {reason}"
    return " ".join(text.split())[:300]
