"""Every format gives the same rows; what is wrong is told with the file and what to do."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gpai_portal.domains.database import connect
from gpai_portal.domains.grouping import grouped
from gpai_portal.domains.manifests import Columns, found, rows_of
from gpai_portal.errors import UsageError

ROWS = [
    ("https://a.foo.de/x", "10", "text"),
    ('https://a.foo.de/, with a comma and "quotes"', "5", "Text "),
    ("http://bar.fr", "", "image"),
    ("", "7", "text"),
    ("https://baz.it/ü", "-3", ""),
    ("https://baz.it/y", "many", "video"),
    ("https://baz.it/y", "9007199254740993", "video"),
]
WANTED = [
    ("/no-url", "text", 1, 7, 0),
    ("a.foo.de", "Text ", 1, 5, 0),
    ("a.foo.de", "text", 1, 10, 0),
    ("bar.fr", "image", 1, 0, 1),
    ("baz.it", "", 1, 0, 1),
    ("baz.it", "video", 2, 9007199254740993, 1),
]


def write(folder: Path, name: str) -> Path:
    """The rows in the format of a name."""
    out = io.StringIO()
    if ".csv" in name or ".tsv" in name:
        writer = csv.writer(out)
        writer.writerow(["url", "size", "kind"])
        writer.writerows(ROWS)
    else:
        for url, size, kind in ROWS:
            said = {"url": url or None, "size": int(size) if size.lstrip("-").isdigit() else size, "kind": kind}
            print("com,example)/ 20250101000000 " * ("cdx" in name) + json.dumps(said), file=out)
    raw = out.getvalue().encode()
    file = folder / name
    file.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return file


def sums(*files: Path) -> list[tuple[object, ...]]:
    connection = connect(files[0].parent)
    query = grouped(rows_of(connection, files, Columns("url", "size", "kind")))
    added = "sum(row_count), sum(bytes), sum(unsized)"
    query = f"SELECT authority, coalesce(modality, ''), {added} FROM ({query}) GROUP BY 1, 2"
    return sorted((a, m, int(n), int(b), int(u)) for a, m, n, b, u in connection.sql(query).fetchall())


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.jsonl.gz", "a.ndjson", "a.cdxj", "a.cdx.gz"])
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    assert sums(write(tmp_path, name)) == WANTED


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.string(), pa.decimal128(20, 0)])
def test_sizes_of_any_whole_number_are_taken_from_parquet(tmp_path: Path, kind: pa.DataType) -> None:
    values = [10, None, 5]
    sizes = pa.array([None if v is None else str(v) for v in values]).cast(kind)
    pq.write_table(
        pa.table({"url": ["https://foo.de/"] * 3, "size": sizes, "kind": ["text"] * 3}), tmp_path / "a.parquet"
    )
    assert sums(tmp_path / "a.parquet") == [("foo.de", "text", 3, 15, 1)]


def test_files_of_several_formats_are_one_manifest(tmp_path: Path) -> None:
    files = [write(tmp_path, "a.csv"), write(tmp_path, "b.jsonl")]
    assert sums(*files) == [(a, m, 2 * n, 2 * b, 2 * u) for a, m, n, b, u in WANTED]
    assert found([str(tmp_path / "*.csv"), str(tmp_path / "b.*")]) == files
    with pytest.raises(UsageError, match="there is no such file"):
        found([str(tmp_path / "*.parquet")])


def test_a_broken_line_of_json_is_counted_and_not_dropped(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"url": "https://foo.de/", "size": 1}\n{"url": "https://foo.de/", "si\n\n[]\n', encoding="utf-8")
    assert sums(file) == [("/no-url", "", 2, 0, 2), ("foo.de", "", 1, 1, 0)]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (Columns("uri", "size"), "has no column 'uri'; did you mean url"),
        (Columns("url", "bytes"), "has no column 'bytes'; there are: url, size, day"),
        (Columns("url", "day"), "the column 'day' holds date, and no sizes in bytes"),
    ],
)
def test_a_column_that_is_not_there_or_no_size_is_refused(tmp_path: Path, columns: Columns, message: str) -> None:
    table = pa.table({"url": ["https://foo.de/"], "size": [1], "day": [datetime.date(2026, 1, 1)]})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(UsageError, match=message):
        rows_of(connect(tmp_path), [tmp_path / "a.parquet"], columns)


@pytest.mark.parametrize(
    ("name", "content"), [("a.parquet", b"PAR1 cut off"), ("a.xlsx", b"x"), ("a.csv.gz", b"no gzip")]
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=name):
        rows_of(connect(tmp_path), [tmp_path / name], Columns("url", "size"))
