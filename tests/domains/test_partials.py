"""Sums of earlier runs and of other engines: cleaned, checked and added up."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gpai_portal.domains.database import connect
from gpai_portal.domains.making import GROUPED, NAMES, Wanted, make
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.partials import merged, rows_of
from gpai_portal.domains.ranking import Rule
from gpai_portal.domains.rules import read_rules
from gpai_portal.errors import UsageError
from tests.conftest import ROOT
from tests.domains.test_ranking import manifest, write

RULES = read_rules()
SUMS = Wanted(Rule.ALL, None, max_unusable=60)

FOREIGN = """authority,modality,row_count,bytes,unsized
user:p@ss@Foo.de:8080,text,2,10,0
http://me@foo.de/path/user@home?x=1#y,text,1,5,1
foo.de?token=s3cret,text,1,1,0
//foo.de\\secret,image,1,,1
,text,1,7,0
/ip-address,text,1,7,0
/me:secret,text,1,7,0
"""


def added(folder: Path, *files: Path) -> list[tuple[object, ...]]:
    rows = connect(folder).sql(merged(rows_of(connect(folder), files))).fetchall()
    return sorted((a, m or "", n, int(b), u) for a, m, n, b, u in rows)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "upper.parquet"])
def test_nothing_but_hosts_is_kept_of_what_another_engine_has_added_up(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name.endswith("parquet"):
        lines = [line.split(",") for line in FOREIGN.split()]
        columns = [[cell or None for cell in column] for column in zip(*lines[1:], strict=True)]
        values = [*columns[:2], *([cell and int(cell) for cell in column] for column in columns[2:])]
        heads = [head.upper() if "upper" in name else head for head in lines[0]]
        pq.write_table(pa.table(dict(zip(heads, values, strict=True))), file)
    else:
        file.write_bytes(gzip.compress(FOREIGN.encode()) if name.endswith("gz") else FOREIGN.encode())
    assert added(tmp_path, file) == [
        ("/ip-address", "text", 1, 7, 0),
        ("/no-host", "text", 2, 14, 0),
        ("Foo.de:8080", "text", 2, 10, 0),
        ("foo.de", "image", 1, 0, 1),
        ("foo.de", "text", 2, 6, 1),
    ]


def test_user_names_and_passwords_are_in_no_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FOREIGN, encoding="utf-8")
    make([str(tmp_path / "a.csv")], RULES, SUMS, tmp_path / "list")
    for file in (tmp_path / "list").rglob("*.*"):
        assert not any(word in file.read_bytes() for word in (b"p@ss", b"s3cret", b"secret", b"user", b"me@")), file
    sums = pq.read_table(tmp_path / "list" / GROUPED).column("authority").to_pylist()
    assert set(sums) == {"/ip-address", "/no-host", "Foo.de:8080", "foo.de"}


@pytest.mark.parametrize("rule", Rule)
def test_lists_of_parts_in_any_number_and_order_are_that_of_all_rows(tmp_path: Path, rule: Rule) -> None:
    rows = manifest(5, 2000)
    columns = Columns("url", "size", "kind")
    write(tmp_path / "all.parquet", rows)
    whole = make([str(tmp_path / "all.parquet")], RULES, Wanted(rule, columns, max_unusable=60), tmp_path / "whole")
    for number, part in enumerate((rows[:3], rows[3:900], rows[900:])):
        write(tmp_path / f"{number}.parquet", part)
        given = Wanted(rule, columns, max_unusable=100)
        make([str(tmp_path / f"{number}.parquet")], RULES, given, tmp_path / f"part{number}")
    sums = [str(tmp_path / f"part{number}" / GROUPED) for number in (2, 0, 1)]
    again = Wanted(rule, None, max_unusable=60)
    assert make(sums, RULES, again, tmp_path / "merged") == whole
    make(sums[:2], RULES, Wanted(rule, None, max_unusable=100), tmp_path / "two")
    step = make([str(tmp_path / "two" / GROUPED), sums[2]], RULES, again, tmp_path / "steps")
    assert step == whole
    assert (tmp_path / "steps" / NAMES).read_bytes() == (tmp_path / "whole" / NAMES).read_bytes()
    with pytest.raises(UsageError, match=r"both hold the sums of .*, which would count twice"):
        make([str(tmp_path / "two" / GROUPED), sums[0]], RULES, again, tmp_path / "twice")
    (tmp_path / "copy.parquet").write_bytes(Path(sums[0]).read_bytes())
    with pytest.raises(UsageError, match="both hold the sums of"):
        make([str(tmp_path / "copy.parquet"), sums[0]], RULES, again, tmp_path / "twice")


def test_sums_of_different_sizes_make_no_list(tmp_path: Path) -> None:
    write(tmp_path / "all.parquet", manifest(5, 200))
    for means in ("text", "records"):
        wanted = Wanted(Rule.ALL, Columns("url", "size"), size_means=means, max_unusable=60)
        (tmp_path / means).mkdir()
        (tmp_path / means / f"{means}.csv").write_text(f"url,size\nhttps://{means}.de,1\n", encoding="utf-8")
        make([str(tmp_path / means / f"{means}.csv")], RULES, wanted, tmp_path / f"list-{means}")
    sums = [str(tmp_path / f"list-{means}" / GROUPED) for means in ("text", "records")]
    with pytest.raises(UsageError, match="sizes are of records and of text"):
        make(sums, RULES, SUMS, tmp_path / "list")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("authority,row_count,bytes\nfoo.de,1,1\n", "has no column 'unsized'"),
        (
            "authority,row_count,bytes,unsized\nfoo.de,1,1.5e3,0\n",
            "1 rows have no whole number from 0 in the column 'bytes'",
        ),
        (
            "authority,row_count,bytes,unsized\nfoo.de,-1,1,0\n",
            "1 rows have no whole number from 0 in the column 'row_count'",
        ),
    ],
)
def test_what_is_no_sum_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        make([str(tmp_path / "a.csv")], RULES, SUMS, tmp_path / "list")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_the_group_by_of_the_guide_gives_the_list_of_the_rows(tmp_path: Path) -> None:
    guide = (ROOT / "docs/pages/domains.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"^```sql\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    rows = [row for row in manifest(6, 3000) if row[0] and re.match(r"\w*:?//[^/]", row[0])]
    write(tmp_path / "all.parquet", rows)
    connection = connect(tmp_path)
    renamed = f"SELECT url, size AS bytes, kind AS modality FROM '{tmp_path}/all.parquet'"
    connection.execute(f"CREATE VIEW crawl AS {renamed}")
    connection.execute(f"COPY ({query}) TO '{tmp_path}/sums.csv' (HEADER)")
    assert "p@ss" not in (tmp_path / "sums.csv").read_text(encoding="utf-8")
    wanted = Wanted(Rule.ALL, Columns("url", "size", "kind"), max_unusable=60)
    whole = make([str(tmp_path / "all.parquet")], RULES, wanted, tmp_path / "whole")
    assert make([str(tmp_path / "sums.csv")], RULES, SUMS, tmp_path / "list").names == whole.names
