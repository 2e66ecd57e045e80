"""From manifests to a folder with the list, the record of its method and what to keep for the next crawl."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from gpai_portal.domains import engines, grouping, manifests, partials
from gpai_portal.domains.database import connect, quoted, run, said
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.mapping import Account, map_authorities
from gpai_portal.domains.method import Crawl, record, statement
from gpai_portal.domains.ranking import DomainList, Rule, rank
from gpai_portal.domains.rules import SuffixRules
from gpai_portal.errors import PortalError, UsageError
from gpai_portal.site.language import Language, languages

#: The list: a name in A-labels on each line, in the order of letters, which is not that of size.
NAMES = "domains.txt"
TABLE = "domains.parquet"
METHOD = "domains-method.json"
STATEMENT = "method.{}.md"

#: Sums by authority, for merging with those of other crawls. They hold sizes, so they are kept apart.
GROUPED = "private/grouped.parquet"

#: Memory of the database, if nothing else is asked for; the process takes a fifth more.
MEMORY = "2400MB"

#: How a full disk shows: by the numbers of the system, and the words in which the database repeats them. The last are
#: its own, for a disk that it must not fill.
_NO_ROOM = {code: os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)} | {
    0: "max_temp_directory_size"
}


@dataclass(frozen=True)
class Wanted:
    """What is asked for. ``size_means`` says in words what the size is of; ``max_unusable`` is in percent of rows;
    ``with_sizes`` puts bytes and ranks into the table of the list and sums into the record, which are public then.

    Without ``columns`` the input is sums of earlier runs or of another engine. ``engine`` is one that Ibis connects to.
    """

    rule: Rule
    columns: Columns | None
    engine: str = ""
    size_means: str = ""
    private_domains: bool = False
    max_unusable: float = 1.0
    memory: str = MEMORY
    threads: int = 0
    with_sizes: bool = False


def make(sources: Sequence[str], rules: SuffixRules, wanted: Wanted, out: Path) -> DomainList:
    """Writes the list of what the sources hold, files or patterns of files, into a new folder, whole or not at all.

    Raises UsageError for a folder that is there already and for input that cannot be used, PortalError if too many rows
    count for no name, or if there is no room.
    """
    with _folder(out) as place:
        try:
            connection = connect(place.parent / "spilled", wanted.memory, wanted.threads)
            try:
                return _write(connection, sources, rules, wanted, place)
            finally:
                connection.close()
        except duckdb.Error as error:
            if any(words in str(error) for words in _NO_ROOM.values()):
                raise PortalError(_no_room(out)) from None
            raise PortalError(f"nothing was written: {said(error)}") from None
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise PortalError(_no_room(out)) from None


def _no_room(out: Path) -> str:
    return f"nothing was written: there is no room on the disk of {out.parent.absolute()}; sums and lists need some"


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """A folder to write into, which becomes the one that is wanted once all is in it.

    By its name the next run finds what one that was killed has left, and by its lock it knows that nobody writes there
    any more; then it is thrown away.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} is already there; give a new folder with --out")
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent} is no folder; make it, or give another one with --out")
    place = out.parent / f".{out.name}.unfinished"
    place.mkdir(exist_ok=True, mode=0o700)
    lock = FileLock(place / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise UsageError(f"another run is writing {out}; wait for it, or give another folder with --out") from None
    try:
        for name in ("spilled", "done"):
            shutil.rmtree(place / name, ignore_errors=True)
            (place / name).mkdir()
        yield place / "done"
        (place / "done").rename(out)
    finally:
        lock.release()
        shutil.rmtree(place, ignore_errors=True)


def _write(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], rules: SuffixRules, wanted: Wanted, place: Path
) -> DomainList:
    crawl, query = _added(connection, sources, wanted)
    run(connection, f"CREATE TEMP TABLE grouped AS {query}", "adding up rows")
    (place / GROUPED).parent.mkdir(mode=0o700)
    columns = "authority, modality, row_count, CAST(bytes AS DECIMAL(38, 0)) AS bytes, unsized"
    about = f"KV_METADATA {{{quoted(partials.ABOUT)}: {quoted(json.dumps(crawl.about(), sort_keys=True))}}}"
    connection.execute(
        f"COPY (SELECT {columns} FROM grouped) TO {quoted(str(place / GROUPED))} (FORMAT parquet, {about})"
    )
    account = map_authorities(connection, "grouped", rules, private=wanted.private_domains)
    _refuse_unusable(account, wanted.max_unusable)
    listed = rank(connection, wanted.rule, account)
    text = "".join(f"{name}\n" for name in listed.names).encode()
    (place / NAMES).write_bytes(text)
    table = {"domain": pa.array(listed.names, pa.string())}
    if wanted.with_sizes:
        rows = connection.sql(
            """SELECT CAST(bytes AS VARCHAR), place FROM (
                    SELECT name, bytes, rank() OVER (ORDER BY bytes DESC) AS place FROM totals)
                WHERE name IN (SELECT name FROM listed) ORDER BY name"""
        ).fetchall()
        table["bytes"] = pa.array([int(size) for size, _ in rows], pa.decimal128(38, 0))
        table["rank"] = pa.array([place for _, place in rows], pa.int64())
    pq.write_table(pa.table(table), place / TABLE, compression="zstd")
    method = record(
        crawl,
        rules,
        listed,
        {"sha256": sha256(text).hexdigest(), "parquet_sha256": sha256((place / TABLE).read_bytes()).hexdigest()},
        private_domains=wanted.private_domains,
        with_sizes=wanted.with_sizes,
    )
    written = json.dumps(method, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (place / METHOD).write_text(written, encoding="utf-8")
    for code in languages():
        (place / STATEMENT.format(code)).write_text(statement(method, Language(code)), encoding="utf-8")
    return listed


def _refuse_unusable(account: Account, most: float) -> None:
    """Raises PortalError if more than so many percent of the rows count for no name, or have no size to go by."""
    reasons = {reason: number for reason, number in account.rows.items() if reason}
    frequent = max(reasons, key=lambda reason: reasons[reason], default="")
    for number, what in (
        (account.unusable, f"count for no domain name, most of them {frequent} ({reasons.get(frequent, 0):,})"),
        (account.unsized, "have no whole number from 0 as their size"),
    ):
        if 100 * number > most * account.total:
            raise PortalError(
                f"{100 * number / account.total:.2f} % of {account.total:,} rows {what}; more than {most:g} % are "
                "taken only with --max-unusable PERCENT; nothing was written"
            )
    if not account.rows.get(""):
        raise PortalError(f"none of {account.total:,} rows counts for a domain name; nothing was written")


def _added(connection: duckdb.DuckDBPyConnection, sources: Sequence[str], wanted: Wanted) -> tuple[Crawl, str]:
    """What is added up, and SQL for its sums."""
    inside = {"name": "DuckDB", "version": duckdb.__version__}
    if wanted.engine and wanted.columns:
        engine = engines.connect(wanted.engine)
        query = engines.add_up(connection, engine, sources, wanted.columns)
        inputs = [{"name": Path(source).name} for source in sources]
        told = {"name": str(engine.name), "version": str(engine.version)}
        return Crawl(inputs, told, wanted.columns, wanted.size_means), query
    files = manifests.found(sources)
    if wanted.columns:
        query = grouping.grouped(manifests.rows_of(connection, files, wanted.columns))
        return Crawl(list(manifests.hashes(files)), inside, wanted.columns, wanted.size_means), query
    query = partials.merged(partials.rows_of(connection, files))
    inputs, means = partials.about(files)
    return Crawl(inputs, inside, None, wanted.size_means or means), query
