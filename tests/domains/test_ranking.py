"""The list against a reading of one row at a time in plain Python."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gpai_portal.domains import manifests, mapping, partials, ranking
from gpai_portal.domains.database import COLUMNS, connect
from gpai_portal.domains.grouping import grouped
from gpai_portal.domains.hosts import Reason, domain_of
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.ranking import Rule
from gpai_portal.domains.rules import read_rules

RULES = read_rules()
Row = tuple[str | None, int | None, str | None]


def manifest(seed: int, count: int) -> list[Row]:
    """Rows as a crawl has them, with every trap among them."""
    chance = random.Random(seed)
    hosts = [f"{'www.' * (i % 2)}site{i}.{chance.choice(['de', 'co.uk', 'com', 'ck', 'github.io'])}" for i in range(60)]
    hosts += [
        "BÜCHER.de",
        "xn--bcher-kva.de",
        "foo。com",
        "10.0.0.1",
        "[::1]",
        "intranet",
        "x.onion",
        "co.uk",
        "a b.de",
    ]
    hosts += ["user:p@ss@secret.de", "foo.com:8080", "foo.com.", "x.com-6940", "_a.foo.com", "Foo.COM"]
    urls: list[str | None] = [
        None,
        "",
        " ",
        "mailto:a@b.de",
        "data:text/plain,x",
        "/path/@user",
        "?q",
        "//cdn.foo.com/x",
    ]
    urls += [
        "foo.com/path?u=a@b.de",
        "foo.com:80/x",
        "HTTPS://Foo.com/x",
        "http:\\\\foo.com\\x",
        "http://foo.com?a@b.de/",
    ]
    urls += ["https:///foo.com/x", "http://", "  http://foo.com/x", "s3://bucket/key", "http://foo.com#@b.de"]
    rows: list[Row] = []
    for _ in range(count):
        url = (
            chance.choice(urls)
            if chance.random() < 0.2
            else f"{chance.choice(['http', 'https'])}://{chance.choice(hosts)}/p"
        )
        size = chance.choice([None, -1, 0, 0, *range(1, 40), 10**15])
        rows.append((url, size, chance.choice(["text", "text", "image", "Video ", None, ""])))
    return rows


def authority_of(url: str | None) -> str | Reason:
    """What a browser would take for host and port, after user name and password."""
    if url is None or not url.strip():
        return Reason.NO_URL
    text = url.lstrip("".join(map(chr, range(33))))
    if found := re.match(r"(?i)(?:(?:https?|ftp|wss?):[/\\]*|[/\\]{2,})([^/?#\\]*)", text):
        return found[1].rpartition("@")[2] or Reason.NO_HOST
    if found := re.match(r"([^/?#\\:@\s]+(?::[0-9]+)?)(?:[/?#\\]|$)", text):
        return found[1]
    return Reason.NOT_OF_THE_WEB if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) else Reason.NO_HOST


def oracle(rows: list[Row], rule: Rule) -> tuple[list[str], dict[str, int]]:
    """The list and the number of rows by reason."""
    account: dict[str, int] = defaultdict(int)
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for url, size, modality in rows:
        authority = authority_of(url)
        found = authority if isinstance(authority, Reason) else domain_of(authority, RULES)
        if isinstance(found, Reason):
            account[str(found)] += 1
            continue
        account[""] += 1
        kind = (modality or "").strip().lower() or "unknown"
        sums[kind][found] += size if size is not None and size >= 0 else 0
    totals: dict[str, int] = defaultdict(int)
    for by_name in sums.values():
        for name, size in by_name.items():
            totals[name] += size
    if rule is Rule.SME:
        best: dict[str, Fraction] = {}
        for by_name in sums.values():
            for name, size in by_name.items():
                place = 1 + sum(other > size for other in by_name.values())
                best[name] = min(best.get(name, Fraction(2)), Fraction(place, len(by_name)))
        asked = min(-(-len(totals) // 20), 1000)
        return sorted(sorted(totals, key=lambda n: (best[n], -totals[n], n))[:asked]), dict(account)
    listed: set[str] = set()
    for by_name in (totals, *sums.values()):
        order = sorted(by_name, key=lambda n: (-by_name[n], n))
        asked = -(-len(order) // 10)
        cut = by_name[order[asked - 1]] if asked else 0
        listed |= {n for n in order if cut and by_name[n] >= cut} if cut else set(order[:asked])
    return sorted(listed), dict(account)


def write(file: Path, rows: list[Row]) -> Path:
    columns = [list(column) for column in zip(*rows, strict=True)]
    schema = pa.schema([("url", pa.string()), ("size", pa.int64()), ("kind", pa.string())])
    pq.write_table(pa.table(columns, schema=schema), file)
    return file


def rows_of(file: Path) -> str:
    return manifests.rows_of(connect(file.parent), [file], Columns("url", "size", "kind"))


def ranked(folder: Path, source: str, rule: Rule) -> ranking.DomainList:
    connection = connect(folder)
    connection.execute(f"CREATE TEMP TABLE grouped AS {source}")
    account = mapping.map_authorities(connection, "grouped", RULES)
    return ranking.rank(connection, rule, account)


@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize("seed", range(5))
def test_the_list_and_the_account_are_those_of_one_row_at_a_time(tmp_path: Path, rule: Rule, seed: int) -> None:
    rows = manifest(seed, 3000)
    file = write(tmp_path / "rows.parquet", rows)
    found = ranked(tmp_path, grouped(rows_of(file)), rule)
    names, account = oracle(rows, rule)
    assert found.names == names
    assert found.account.rows == account
    assert found.account.total == len(rows)
    assert found.account.unsized == sum(size is None or size < 0 for _, size, _ in rows)


@pytest.mark.parametrize("rule", Rule)
def test_partial_results_merge_into_that_of_all_rows(tmp_path: Path, rule: Rule) -> None:
    rows = manifest(99, 4000)
    whole = write(tmp_path / "all.parquet", rows)
    parts = []
    for number, start in enumerate((0, 10, 1500)):
        part = rows[start : (10, 1500, None)[number]]
        file = write(tmp_path / f"rows{number}.parquet", part)
        parts.append(tmp_path / f"part{number}.parquet")
        query = grouped(rows_of(file))
        sums = f"SELECT * REPLACE (CAST(bytes AS DECIMAL(38, 0)) AS bytes) FROM ({query})"
        connect(tmp_path).execute(f"COPY ({sums}) TO '{parts[-1]}' (FORMAT parquet)")
    one = ranked(tmp_path, grouped(rows_of(whole)), rule)
    for order in (parts, parts[::-1]):
        assert ranked(tmp_path, partials.merged(partials.rows_of(connect(tmp_path), order)), rule) == one


def test_no_result_holds_a_user_name_or_a_password(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.parquet", [("https://user:s3cret@foo.com/x", 1, "text"), ("//me@foo.com", 1, "text")])
    rows = connect(tmp_path).sql(grouped(rows_of(file))).fetchall()
    assert rows == [("foo.com", "text", 2, 2, 0)]
    assert tuple(COLUMNS) == ("authority", "modality", "row_count", "bytes", "unsized")
