"""Sums by authority: those of earlier runs, and those that another engine has added up with one GROUP BY.

Sums of several files are added up; the list of a crawl and of all before it costs only the rows of the last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from gpai_portal.domains.database import COLUMNS, quoted, said
from gpai_portal.domains.grouping import MARK, authority
from gpai_portal.domains.hosts import Reason
from gpai_portal.domains.manifests import column_of, hashes, is_parquet, types_of, whole_number
from gpai_portal.errors import UsageError

#: Under this key a Parquet file says what its sums are of.
ABOUT = "gpai-portal"

_SCHEME = "^([A-Za-z][A-Za-z0-9+.-]*:)?//"


def merged(source: str) -> str:
    """SQL that adds up sums of several passes; it gives what one pass over all rows gives.

    What another engine took for an authority may have a scheme before it, a path behind it, or a user name and a
    password: nothing of that is kept.
    """
    marks = ", ".join(quoted(f"{MARK}{reason}") for reason in Reason)
    whole = f"""CASE WHEN regexp_matches(authority, {quoted(_SCHEME)}) THEN authority
        WHEN trim(authority) <> '' AND NOT starts_with(authority, '/') THEN 'http://' || authority END"""
    return f"""
        SELECT authority, modality, CAST(sum(row_count) AS BIGINT) AS row_count,
            CAST(coalesce(sum(bytes), 0) AS DECIMAL(38, 0)) AS bytes, CAST(sum(unsized) AS BIGINT) AS unsized
        FROM (
            SELECT CASE WHEN authority IN ({marks}) THEN authority
                WHEN coalesce(whole, '') = '' THEN '{MARK}{Reason.NO_HOST}'
                ELSE {authority("whole")} END AS authority, modality, row_count, bytes, unsized
            FROM (SELECT *, {whole} AS whole FROM ({source}) AS added)) AS clean
        GROUP BY authority, modality"""


def rows_of(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> str:
    """SQL for the rows of all files, with COLUMNS.

    Raises UsageError, with the file, for one that cannot be read, has not these columns, or holds no whole numbers.
    """
    return " UNION ALL ".join(_rows(connection, file) for file in files)


def _rows(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    if is_parquet(file):
        source = f"SELECT * FROM read_parquet({quoted(str(file))})"
    elif file.name.endswith((".csv", ".csv.gz")):
        source = f"SELECT * FROM read_csv({quoted(str(file))}, all_varchar=true, header=true)"
    else:
        raise UsageError(f"{file}: sums by authority are .parquet, .csv or .csv.gz, and no such format")
    types = {name.lower(): kind for name, kind in types_of(connection, file, source).items()}
    selected = [f"CAST({column_of(types, 'authority', file)} AS VARCHAR) AS authority"]
    selected += ["CAST(modality AS VARCHAR) AS modality" if "modality" in types else "NULL AS modality"]
    for name in COLUMNS[2:]:
        number = whole_number(column_of(types, name, file), types[name], "HUGEINT")
        wrong = f"{name} IS NOT NULL" if name == "bytes" else "true"
        wanted = f"SELECT count(*) FROM ({source}) WHERE coalesce({number or 'NULL'}, -1) < 0 AND {wrong}"
        try:
            count = connection.sql(wanted).fetchall()[0][0]
        except duckdb.Error as error:
            raise UsageError(f"{file} cannot be read: {said(error)}") from None
        if count:
            raise UsageError(f"{file}: {count:,} rows have no whole number from 0 in the column {name!r}")
        selected.append(f"{number} AS {name}")
    return f"SELECT {', '.join(selected)} FROM ({source})"


def about(files: Sequence[Path]) -> tuple[list[dict[str, Any]], str]:
    """The files with their hashes, each with what its sums are ``of`` if it says so, and what their size means.

    Raises UsageError if the same rows are in two of the files, and would count twice, or if sizes mean several things.
    """
    inputs = []
    meanings = set()
    seen: dict[tuple[str, str], Path] = {}
    for file, entry in zip(files, hashes(files), strict=True):
        told, parts = _told(file), []
        if "inputs" in told:
            parts = [part for one in told["inputs"] for part in one.get("of", (one,))]
            entry["of"] = parts
            meanings.add(told["size_means"] or (told["columns"] or {}).get("size", ""))
        inputs.append(entry)
        for part in (entry, *parts):
            other = seen.setdefault((part["name"], part.get("sha256", str(file))), file)
            if other != file:
                raise UsageError(
                    f"{other} and {file} both hold the sums of {part['name']}, which would count twice; leave one out"
                )
    if len(meanings) > 1:
        raise UsageError(f"sizes are of {' and of '.join(sorted(meanings))}; sums of different sizes make no list")
    return inputs, "".join(meanings)


def _told(file: Path) -> dict[str, Any]:
    """What a file says that its sums are of; nothing for those that another engine has added up."""
    found = (pq.read_metadata(file).metadata or {}).get(ABOUT.encode()) if is_parquet(file) else None
    return dict(json.loads(found)) if found else {}
