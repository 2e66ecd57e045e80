"""The same pass on other engines."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlglot

from gpai_portal.domains import engines
from gpai_portal.domains.grouping import grouped
from gpai_portal.domains.making import GROUPED, NAMES, Wanted, make
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.ranking import Rule
from gpai_portal.domains.rules import read_rules
from gpai_portal.errors import UsageError
from tests.domains.test_ranking import manifest, write

#: Ibis calls what DuckDB and PySpark will leave out one day.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

RULES = read_rules()
COLUMNS = Columns("url", "size", "kind")


def agrees(folder: Path, engine: str) -> None:
    sources = [str(write(folder / f"{seed}.parquet", manifest(seed, 1500))) for seed in (1, 2)]
    inside = make(sources, RULES, Wanted(Rule.ALL, COLUMNS, max_unusable=60), folder / "inside")
    outside = make(sources, RULES, Wanted(Rule.ALL, COLUMNS, engine=engine, max_unusable=60), folder / "outside")
    assert outside == inside
    assert (folder / "outside" / NAMES).read_bytes() == (folder / "inside" / NAMES).read_bytes()
    sums = [pq.read_table(folder / name / GROUPED).to_pylist() for name in ("inside", "outside")]
    rows = [sorted((row["authority"], row["modality"] or "", row["row_count"]) for row in one) for one in sums]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("dialect", ["spark", "trino", "bigquery", "snowflake", "clickhouse", "postgres"])
def test_the_pass_can_be_said_in_the_words_of_other_engines(dialect: str) -> None:
    query = grouped("SELECT url, kind AS modality, size FROM crawl")
    (said,) = sqlglot.transpile(query, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert "row_count" in said


@pytest.mark.long
@pytest.mark.filterwarnings("default")
def test_spark_gives_the_same_list(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    agrees(tmp_path, "pyspark")


def test_what_an_engine_cannot_do_is_told_without_its_address(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no connection to 'nosuch'") as caught:
        engines.connect("nosuch://me:s3cret@host/x")
    assert "s3cret" not in str(caught.value)
    file = str(write(tmp_path / "a.parquet", manifest(1, 10)))
    for sources, columns, message in (
        (["no_table"], COLUMNS, "duckdb has no such table or Parquet file"),
        ([file], Columns("url", "sise"), "has no column 'sise'; did you mean size"),
        ([file], Columns("url", "kind"), "the column 'kind' holds string, and no whole numbers of bytes"),
    ):
        with pytest.raises(UsageError, match=message):
            make(sources, RULES, Wanted(Rule.ALL, columns, engine="duckdb"), tmp_path / "list")
    assert [one.name for one in tmp_path.iterdir()] == ["a.parquet"]
