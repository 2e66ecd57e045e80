"""Invented crawls of any size: few hosts have most of the pages, and every trap of addresses is among them.

What a row holds depends on its number and the seed alone.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

#: Suffixes of the hosts, also such as have rules of their own in the Public Suffix List.
_SUFFIXES = """
    com com com com org net de fr it es nl pl se dk fi at ch be eu io co.uk org.uk com.br com.au co.jp ne.jp
    co.nz com.tr com.mx gov.pl edu.au github.io blogspot.com city.kawasaki.jp foo.ck info biz dev app ru cn in
""".split()  # noqa: SIM905 - as a list it is forty lines

#: One row in fifty is one of these; the number of the row makes them differ.
_TRAPS = (
    "'HTTPS://WWW.' || upper(host) || '/x'",
    "'http://user:p@ss@' || host || '/x'",
    "'https://' || host || ':8080/x'",
    "'http://' || host || '?x=' || i",
    "host || '/path'",
    "'//' || host || '/@user'",
    "'https://bücher' || r % 1000 || '.de/x'",
    "'https://xn--bcher-kva.de/' || i",
    "'http://10.0.' || r % 256 || '.' || i % 256 || '/'",
    "'https://site' || r || '.internal/x'",
    "'https://' || host || './x'",
    "'mailto:a@' || host",
    "''",
)


def write(folder: Path, rows: int, seed: int = 0, files: int = 4) -> list[Path]:
    """Parquet files with the columns ``url``, ``bytes`` and ``kind``, in a new folder."""
    folder.mkdir(parents=True)
    hosts = max(rows * 2 // 25, 1000)
    traps = " ".join(f"WHEN {number} THEN {text}" for number, text in enumerate(_TRAPS))
    suffixes = "[" + ", ".join(f"'{suffix}'" for suffix in _SUFFIXES) + "]"
    written = []
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '4GB'; SET enable_progress_bar = false")
    for number in range(files):
        first, last = rows * number // files, rows * (number + 1) // files
        file = folder / f"part-{number}.parquet"
        connection.execute(
            f"""COPY (
                SELECT CASE WHEN c % 50 = 0 THEN CASE (c // 50) % {len(_TRAPS)} {traps} END
                    ELSE 'https://' || host || '/' || lpad(CAST(c AS VARCHAR), 20, '0')
                        || '/articles/of/' || i % 1000 || '.html' END AS url,
                    CASE WHEN c % 200 <> 7 THEN CAST(100 * pow(10, (c % 500000) / 125000.0) AS BIGINT) END AS bytes,
                    CASE WHEN c % 100 < 2 THEN 'video' WHEN c % 100 < 12 THEN 'image' ELSE 'text' END AS kind
                FROM (
                    SELECT i, c, r, ['', '', 'www.', 'blog.'][1 + r % 4] || 'site' || r || '.'
                        || ({suffixes})[CAST(1 + hash(r) % {len(_SUFFIXES)} AS BIGINT)] AS host
                    FROM (
                        SELECT i, hash(i, {seed}, 1) AS c, CAST(
                            pow(1 + (hash(i, {seed}) / pow(2, 64)) * (pow({hosts}, 0.08) - 1), 12.5) AS BIGINT) AS r
                        FROM range({first}, {last}) t(i))))
            TO '{file}' (FORMAT parquet, COMPRESSION zstd)"""
        )
        written.append(file)
    return written
