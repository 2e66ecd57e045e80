"""Manifests: files that list what was crawled, a row for each document, in the formats that crawls leave behind."""

from __future__ import annotations

import difflib
import glob
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from gpai_portal.domains.database import named, quoted, said
from gpai_portal.errors import UsageError
from gpai_portal.steps import steps


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
    selected, alike = [], defaultdict(list)
    for file in files:
        source = _source(file, columns)
        chosen = _chosen(columns, types_of(connection, file, source), file)
        if is_parquet(file):
            alike[chosen].append(quoted(str(file)))
        else:
            selected.append(f"SELECT {chosen} FROM ({source})")
    selected += [f"SELECT {chosen} FROM read_parquet([{', '.join(same)}])" for chosen, same in alike.items()]
    return " UNION ALL ".join(selected)


def types_of(connection: duckdb.DuckDBPyConnection, file: Path, source: str) -> dict[str, str]:
    """The type of each column of a file. Raises UsageError for one that cannot be read."""
    try:
        return {name: str(kind) for name, kind, *_ in connection.sql(f"DESCRIBE {source}").fetchall()}
    except duckdb.Error as error:
        raise UsageError(f"{file} cannot be read: {said(error)}") from None


def column_of(types: Collection[str], name: str, file: Path | str) -> str:
    """A column as SQL writes it. Raises UsageError if it is not there, with one of a similar name."""
    if name in types:
        return named(name)
    guess = difflib.get_close_matches(name, types, n=1)
    advice = f"did you mean {guess[0]}?" if guess else f"there are: {', '.join(types)}"
    raise UsageError(f"{file} has no column {name!r}; {advice}")


def is_parquet(file: Path) -> bool:
    """Whether a file has columns with types, by the end of its name."""
    return file.suffix.lower() == ".parquet"


def _chosen(columns: Columns, types: Mapping[str, str], file: Path) -> str:
    """What is selected of a file."""
    url, size = (column_of(types, name, file) for name in (columns.url, columns.size))
    kind = f"CAST({column_of(types, columns.modality, file)} AS VARCHAR)" if columns.modality else "NULL"
    number = whole_number(size, types[columns.size], "BIGINT")
    if not number:
        raise UsageError(
            f"{file}: the column {columns.size!r} holds {types[columns.size].lower()}, and no sizes in bytes; "
            "name another with --size"
        )
    return f"CAST({url} AS VARCHAR) AS url, {kind} AS modality, {number} AS size"


def whole_number(column: str, kind: str, target: str) -> str:
    """SQL for a column of some type as whole numbers, NULL where it holds something else; "" if it cannot hold any."""
    if kind.removeprefix("U") in {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}:
        return column if kind == target else f"TRY_CAST({column} AS {target})"
    if kind in {"FLOAT", "DOUBLE"} or kind.startswith("DECIMAL"):  # as pandas has whole numbers beside missing ones
        return f"CASE WHEN {column} = trunc({column}) THEN TRY_CAST({column} AS {target}) END"
    if kind in {"VARCHAR", "JSON"}:
        text = f"trim(CAST({column} AS VARCHAR), ' \"')"
        return f"CASE WHEN regexp_full_match({text}, '-?[0-9]+') THEN TRY_CAST({text} AS {target}) END"
    return ""


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
        case "cdx" | "cdxj":
            return _members(_INDEXED, name, columns)
    raise UsageError(f"{file}: there are .parquet, .csv, .tsv, .jsonl and .cdxj, also with .gz, and no such format")


#: A line of an index: a key, a time, and JSON with url, length and more, as Common Crawl has it; or the eleven fields
#: that the Internet Archive has, below a line that names them.
_FIELDS = "string_split(trim(line), ' ')"
_INDEXED = f"""CASE WHEN len({_FIELDS}) = 11 AND NOT contains(line, '{{') THEN CAST(json_object(
        'url', {_FIELDS}[3], 'timestamp', {_FIELDS}[2], 'mime', {_FIELDS}[4], 'status', {_FIELDS}[5],
        'length', {_FIELDS}[9]) AS VARCHAR)
    ELSE regexp_extract(line, '[{{].*[}}]') END"""


def _members(text: str, name: str, columns: Columns) -> str:
    """SQL for what is asked for of the JSON in each line of a file. A broken line stays a row, with nothing in it."""
    keys = sorted({key for key in (columns.url, columns.size, columns.modality) if key})
    cells = ", ".join(f"json_extract_string(json, {quoted('$.' + json.dumps(key))}) AS {named(key)}" for key in keys)
    options = (
        "columns={'line': 'VARCHAR'}, header=false, delim='\x01', quote='', escape='', auto_detect=false, "
        "strict_mode=false, max_line_size=16000000"
    )
    read = f"read_csv({name}, {options}) WHERE trim(line) <> '' AND NOT starts_with(line, ' CDX ')"
    lines = f"SELECT {text} AS line FROM {read}"
    return f"SELECT {cells} FROM (SELECT CASE WHEN json_valid(line) THEN line END AS json FROM ({lines}))"


def hashes(files: Sequence[Path]) -> Iterator[dict[str, object]]:
    """Name, size in bytes and SHA-256 of each file, for the record of the method."""

    for file in steps(files, "reading files"):
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        yield {"name": file.name, "bytes": file.stat().st_size, "sha256": digest}
