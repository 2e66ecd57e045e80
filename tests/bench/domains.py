"""Measures ``gpai-portal domains`` (``make bench-domains``) against reading the columns, and beside other ways to it.

Every figure is of a process of its own: CPU seconds, seconds, and the most memory that was resident. Ratios are of CPU
seconds within this run; the read is the second of two, so that the files are in memory. Crawls are invented
(tests/bench/crawls.py) and thrown away; 10^8 rows take 2.5 GB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gpai_portal.domains.hosts import Reason, domain_of
from gpai_portal.domains.rules import BUNDLED, read_rules
from tests.bench.__main__ import show
from tests.bench.crawls import write
from tests.bench.measuring import Line, progress
from tests.conftest import ROOT

#: The budgets: times the CPU seconds of a warm read, and resident memory in MB.
RATIO, MEMORY = 6, 3000

_PATTERN = r"^(?:[A-Za-z]+:)?//(?:[^/?#\\]*@)?([^/?#\\]*)"


@dataclass(frozen=True)
class Used:
    """What a process has used."""

    cpu: float
    seconds: float
    megabytes: int

    def __str__(self) -> str:
        return f"{self.cpu:.1f} s CPU, {self.seconds:.1f} s, {self.megabytes:,} MB"


def used_by(*arguments: object) -> Used:
    """Runs a module of Python in a process of its own. Raises SystemExit, with what it said, if it fails."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([sys.executable, "-m", *map(str, arguments)], cwd=ROOT, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(said.read().decode(errors="replace")[-3000:])
    return Used(usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss // 1024)


def child(what: str, folder: Path) -> Used:
    """One of CHILDREN on the files of a folder."""
    progress(f"{what}: {folder.name}")
    return used_by("tests.bench.domains", "--child", what, folder)


def command(out: Path, *sources: object) -> Used:
    """The command itself, as a user calls it."""
    progress(f"domains: {out.name}")
    return used_by("gpai_portal.cli", "domains", *sources, "--max-unusable", 5, "--out", out)


COLUMNS = ("--size", "bytes", "--modality", "kind")


def read(folder: Path) -> None:
    """The columns, and nothing done with them."""
    import duckdb

    duckdb.sql(f"SELECT sum(strlen(url)), sum(bytes), max(kind) FROM '{folder}/*.parquet'").fetchall()


def pandas(folder: Path) -> None:
    """A table in memory; each host is mapped once."""
    import pandas

    table = pandas.read_parquet(folder)
    table["host"] = table["url"].str.extract(_PATTERN, expand=False)
    _top(table.groupby("host")["bytes"].sum().to_dict())


def polars(folder: Path) -> None:
    """Streaming; each host is mapped once."""
    import polars

    host = polars.col("url").str.extract(_PATTERN).alias("host")
    table = polars.scan_parquet(folder / "*.parquet").group_by(host).agg(polars.col("bytes").sum())
    _top(dict(table.collect(engine="streaming").iter_rows()))


def loop(folder: Path) -> None:
    """One address at a time, of the first file alone."""
    import pyarrow.parquet as pq
    import tldextract

    extract = tldextract.TLDExtract(suffix_list_urls=(BUNDLED.as_uri(),), cache_dir=None)
    sums: Counter[str] = Counter()
    for batch in pq.ParquetFile(folder / "part-0.parquet").iter_batches(columns=["url", "bytes"]):
        for url, size in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sums[extract(url or "").top_domain_under_public_suffix] += size or 0
    sums.most_common(len(sums) // 10)


def _top(hosts: Mapping[str | None, int]) -> None:
    rules = read_rules()
    sums: Counter[str] = Counter()
    for host, size in hosts.items():
        name = domain_of(host or "", rules)
        if not isinstance(name, Reason):
            sums[name] += int(size)
    sums.most_common(len(sums) // 10)


CHILDREN: Mapping[str, Callable[[Path], None]] = {
    "read": read,
    "pandas": pandas,
    "polars": polars,
    "loop": loop,
}


def large(folder: Path, rows: int, call: str) -> Sequence[Line]:
    """The command on one large crawl."""
    progress(f"inventing {rows:,} rows")
    files = write(folder / "large", rows)
    child("read", folder / "large")
    warm = child("read", folder / "large")
    made = command(folder / "large-list", *files, *COLUMNS)
    ratio = made.cpu / warm.cpu
    return [
        Line(f"read the columns of {rows:,} rows", str(warm), "", None, call),
        Line(f"domains of {rows:,} rows", str(made), "", None, call),
        Line("domains against the read", f"{ratio:.2f} x", f"{RATIO} x", ratio <= RATIO, call),
        Line("its resident memory", f"{made.megabytes:,} MB", f"{MEMORY:,} MB", made.megabytes <= MEMORY, call),
    ]


def beside(folder: Path, rows: int, call: str) -> Sequence[Line]:
    """The command beside other ways to come to a list, none of which accounts for rows or modalities."""
    files = write(folder / "beside", rows, files=10)
    lines = []
    made = command(folder / "beside-list", *files, *COLUMNS)
    for what, times, said in (
        ("pandas", 1, ""),
        ("polars", 1, ""),
        ("loop", 10, "tldextract, a tenth of the rows times 10"),
    ):
        other = child(what, folder / "beside")
        ratio = times * other.cpu / made.cpu
        lines.append(Line(f"{said or what}, {rows:,} rows ({other})", f"{ratio:.2f} x domains", "", None, call))
    return [Line(f"domains of {rows:,} rows", str(made), "", None, call), *lines]


def merged(folder: Path, rows: int, parts: int, call: str) -> Sequence[Line]:
    """Sums of several crawls, each thrown away before the next is made, and their merge."""
    sums = []
    for seed in range(1, parts + 1):
        progress(f"inventing {rows:,} rows, seed {seed}")
        files = write(folder / f"part{seed}", rows, seed=seed)
        command(folder / f"list{seed}", *files, *COLUMNS)
        for file in files:
            file.unlink()
        sums.append(folder / f"list{seed}" / "private" / "grouped.parquet")
    made = command(folder / "merged", "--grouped", *sums)
    what = f"merge of {parts} x {rows:,} rows ({sum(file.stat().st_size for file in sums) // 10**6:,} MB of sums)"
    return [
        Line(what, str(made), "", None, call),
        Line("its resident memory", f"{made.megabytes:,} MB", f"{MEMORY:,} MB", made.megabytes <= MEMORY, call),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.domains", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=float, default=1e8, help="of the crawl that is read (0: none)")
    parser.add_argument(
        "--beside", type=float, default=1e7, help="of the crawl for pandas, polars and tldextract (0: none)"
    )
    parser.add_argument("--parts", type=int, default=10, help="crawls whose sums are merged (0: none)")
    parser.add_argument("--part-rows", type=float, default=1e8, help="of each of these")
    parser.add_argument("--folder", type=Path, help="where there is room for it all")
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, files = options.child
        CHILDREN[what](Path(files))
        return
    call = ".venv/bin/python -m tests.bench.domains"
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="gpai-bench-", dir=options.folder) as name:
        folder = Path(name)
        if options.rows:
            lines += large(folder, int(options.rows), f"{call} --rows {options.rows:g} --beside 0 --parts 0")
        if options.beside:
            lines += beside(folder, int(options.beside), f"{call} --rows 0 --beside {options.beside:g} --parts 0")
        if options.parts:
            again = f"{call} --rows 0 --beside 0 --parts {options.parts} --part-rows {options.part_rows:g}"
            lines += merged(folder, int(options.part_rows), options.parts, again)
    progress("")
    show(lines)


if __name__ == "__main__":
    main()
