"""Manifests: files that list what was crawled, a row for each document, in the formats that crawls leave behind."""

from __future__ import annotations

import difflib
import glob
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from gpai_portal.domains.grouping import quoted
from gpai_portal.errors import UsageError

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}


@dataclass(frozen=True)
class Columns:
    """Names of the columns that hold the address, its size in bytes and, if any, the modality of the content."""

    url: str
    size: str
    modality: str = ""


def found(patterns: Sequence[str]) -> list[Path]:
    """Files that are named, or match a pattern such as ``crawl/*.parquet``; in the order of their names.

    Raises UsageError for what names no file.
    """
    files: set[Path] = set()
    for pattern in patterns:
        matching = [Path(name) for name in glob.glob(pattern, recursive=True)]  # noqa: PTH207 - patterns may be absolute
        if not any(file.is_file() for file in matching):
            raise UsageError(f"{pattern}: there is no such file")
        files.update(file for file in matching if file.is_file())
    return sorted(files)


def rows_of(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], columns: Columns) -> str:
    """SQL for the rows of all files, with the columns ``url``, ``modality`` and ``size``.

    Raises UsageError, with the file, for a format that is not known, a column that is not there or holds something
    else, and a file that cannot be read.
    """
    return " UNION ALL ".join(_rows(connection, file, columns) for file in files)


def _rows(connection: duckdb.DuckDBPyConnection, file: Path, columns: Columns) -> str:
    source = _source(file, columns)
    try:
        types = {name: str(kind) for name, kind, *_ in connection.sql(f"DESCRIBE {source}").fetchall()}
    except duckdb.Error as error:
        raise UsageError(f"{file} cannot be read: {said(error)}") from None
    for name in filter(None, (columns.url, columns.size, columns.modality)):
        if name not in types:
            guess = difflib.get_close_matches(name, types, n=1)
            advice = f"did you mean {guess[0]}?" if guess else f"there are: {', '.join(types)}"
            raise UsageError(f"{file} has no column {name!r}; {advice}")
    url, size = (_name(name) for name in (columns.url, columns.size))
    kind = "'unknown'"
    if columns.modality:
        kind = f"coalesce(nullif(lower(trim(CAST({_name(columns.modality)} AS VARCHAR))), ''), 'unknown')"
    number = _bytes(file, columns.size, size, types[columns.size])
    return f"SELECT CAST({url} AS VARCHAR) AS url, {kind} AS modality, {number} AS size FROM ({source})"


def _bytes(file: Path, name: str, column: str, kind: str) -> str:
    """SQL for a size as a whole number; NULL where it is none."""
    if kind in _WHOLE:
        return f"TRY_CAST({column} AS BIGINT)"
    if kind in {"FLOAT", "DOUBLE"} or kind.startswith(
        "DECIMAL"
    ):  # whole numbers beside missing ones, as pandas has them
        return f"CASE WHEN {column} = trunc({column}) THEN TRY_CAST({column} AS BIGINT) END"
    if kind in {"VARCHAR", "JSON"}:
        text = f"trim(CAST({column} AS VARCHAR), ' \"')"
        return f"CASE WHEN regexp_full_match({text}, '-?[0-9]+') THEN TRY_CAST({text} AS BIGINT) END"
    raise UsageError(
        f"{file}: the column {name!r} holds {kind.lower()}, and no sizes in bytes; name another with --size"
    )


def _source(file: Path, columns: Columns) -> str:
    """SQL that reads a file by the end of its name."""
    name = quoted(str(file))
    match file.name.removesuffix(".gz").removesuffix(".zst").rpartition(".")[2].lower():
        case "parquet":
            return f"SELECT * FROM read_parquet({name})"
        case "csv" | "tsv":
            # Every line stays a row, also one with too few or too many cells: bad rows are counted, not dropped.
            options = "all_varchar=true, header=true, null_padding=true, strict_mode=false, parallel=false"
            return f"SELECT * FROM read_csv({name}, {options})"
        case "jsonl" | "ndjson":
            return _members("line", name, columns)
        case "cdx" | "cdxj":  # a line of an index of Common Crawl: a key, a time, and JSON with url, length and more
            return _members("regexp_extract(line, '[{].*[}]')", name, columns)
    raise UsageError(f"{file}: there are .parquet, .csv, .tsv, .jsonl and .cdxj, also with .gz, and no such format")


def _members(text: str, name: str, columns: Columns) -> str:
    """SQL for what is asked for of the JSON in each line of a file. A broken line stays a row, with nothing in it."""
    keys = sorted({key for key in (columns.url, columns.size, columns.modality) if key})
    cells = ", ".join(f"json_extract_string(json, {quoted('$.' + json.dumps(key))}) AS {_name(key)}" for key in keys)
    options = (
        "columns={'line': 'VARCHAR'}, header=false, delim='\x01', quote='', escape='', auto_detect=false, "
        "strict_mode=false, max_line_size=16000000"
    )
    lines = f"SELECT {text} AS line FROM read_csv({name}, {options}) WHERE trim(line) <> ''"
    return f"SELECT {cells} FROM (SELECT CASE WHEN json_valid(line) THEN line END AS json FROM ({lines}))"


def _name(column: str) -> str:
    """A name of a column as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


def said(error: duckdb.Error) -> str:
    """What the database says, in one line."""
    return " ".join(str(error).split())[:300]


def hashes(files: Sequence[Path]) -> Iterator[dict[str, object]]:
    """Name, size in bytes and SHA-256 of each file, for the record of the method."""

    for file in files:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        yield {"name": file.name, "bytes": file.stat().st_size, "sha256": digest}
