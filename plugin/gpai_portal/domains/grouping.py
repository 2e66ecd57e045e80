"""All rows of manifests, added up by authority and modality: the one pass over everything that was crawled.

The result is small, holds no address, user name or password, and can be kept: results of several crawls are added up
without looking at their rows again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from gpai_portal.domains.hosts import Reason

#: In place of an authority: why a row has none. No authority begins with a slash.
MARK = "/"

#: What has this scheme, or none, names a host of the web (special schemes of the WHATWG URL standard).
_SCHEME = "(?i:https?|ftp|wss?)"
_WITH_SLASHES = rf"^[\x00-\x20]*(?:{_SCHEME}:[/\\]*|[/\\]{{2,}})([^/?#\\]*)"
_WITHOUT = r"^[\x00-\x20]*([^/?#\\:@\x00-\x20]+(?::[0-9]+)?)(?:[/?#\\]|$)"
_OTHER_SCHEME = r"^[\x00-\x20]*[A-Za-z][A-Za-z0-9+.\-]*:"

#: Columns of the result: an authority or the mark of a reason, a modality, rows, their bytes, rows without a size.
COLUMNS = ("authority", "modality", "rows", "bytes", "unsized")


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def authority(url: str) -> str:
    """SQL for the authority of a URL, given as an expression of type VARCHAR.

    Most URLs begin with http:// or https:// and have nothing but a host there: cutting is many times as fast as a
    regular expression. What comes after the last @ is the host; before it stand user names and passwords.
    """
    cut = f"split_part({url}, '/', 3)"
    slashes = f"regexp_extract({url}, {quoted(_WITH_SLASHES)}, 1)"
    return f"""CASE
        WHEN (starts_with({url}, 'https://') OR starts_with({url}, 'http://'))
            AND NOT regexp_matches({cut}, '[?#\\\\@]') AND {cut} <> '' THEN {cut}
        WHEN {url} IS NULL OR trim({url}) = '' THEN '{MARK}{Reason.NO_URL}'
        WHEN regexp_matches({url}, {quoted(_WITH_SLASHES)}) THEN
            coalesce(nullif(regexp_replace({slashes}, '^.*@', ''), ''), '{MARK}{Reason.NO_HOST}')
        WHEN regexp_matches({url}, {quoted(_WITHOUT)}) THEN regexp_extract({url}, {quoted(_WITHOUT)}, 1)
        WHEN regexp_matches({url}, {quoted(_OTHER_SCHEME)}) THEN '{MARK}{Reason.NOT_OF_THE_WEB}'
        ELSE '{MARK}{Reason.NO_HOST}' END"""


def grouped(source: str) -> str:
    """SQL of the pass over all rows of a source with the columns ``url``, ``modality`` and ``size``.

    A size that is missing or negative counts as 0 bytes, and is counted. Sums are whole numbers of up to 38 digits.
    """
    return f"""
        SELECT authority, modality, count(*) AS rows,
            CAST(coalesce(sum(size) FILTER (size >= 0), 0) AS DECIMAL(38, 0)) AS bytes,
            count(*) FILTER (size IS NULL OR size < 0) AS unsized
        FROM (SELECT {authority("url")} AS authority, modality, size FROM ({source}))
        GROUP BY ALL"""


def merged(parts: Sequence[Path]) -> str:
    """SQL that adds up results of several passes; it gives what one pass over all rows gives."""
    files = ", ".join(quoted(str(part)) for part in parts)
    return f"""
        SELECT authority, modality, CAST(sum(rows) AS BIGINT) AS rows, CAST(sum(bytes) AS DECIMAL(38, 0)) AS bytes,
            CAST(sum(unsized) AS BIGINT) AS unsized
        FROM read_parquet([{files}]) GROUP BY ALL"""


def connect(folder: Path, memory: str = "") -> duckdb.DuckDBPyConnection:
    """A database in memory that spills into a folder; ``memory`` such as "2GB"."""
    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = {quoted(str(folder))}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    if memory:
        connection.execute(f"SET memory_limit = {quoted(memory)}")
    return connection
