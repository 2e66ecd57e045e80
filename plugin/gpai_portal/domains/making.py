"""From manifests to a folder with the list, the record of its method and what to keep for the next crawl."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from gpai_portal.domains import grouping, manifests
from gpai_portal.domains.hosts import mapper
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.ranking import Cut, DomainList, Rule, map_authorities, rank
from gpai_portal.domains.rules import SuffixRules
from gpai_portal.errors import PortalError, UsageError

#: The list: a name in A-labels on each line, in the order of letters, which is not that of size.
NAMES = "domains.txt"
TABLE = "domains.parquet"
METHOD = "domains-method.json"

#: Sums by authority, for merging with those of other crawls. They hold sizes, so they are kept apart.
GROUPED = "private/grouped.parquet"

FORMAT = "gpai-portal-domains/1"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. ``size_means`` says in words what the size is of; ``max_unusable`` is in percent of rows."""

    rule: Rule
    size_means: str
    private_domains: bool = False
    max_unusable: float = 1.0
    memory: str = ""


def make(files: Sequence[Path], columns: Columns | None, rules: SuffixRules, wanted: Wanted, out: Path) -> DomainList:
    """Writes the list of what the files hold into a new folder, whole or not at all.

    ``columns`` are those of manifests; without them the files are sums of earlier runs (GROUPED), which are added up.
    Raises UsageError for a folder that is there already and for files that cannot be used, PortalError if too many rows
    count for no name, or if there is no room.
    """
    if out.exists():
        raise UsageError(f"{out} is already there; give a new folder with --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        listed = _write(files, columns, rules, wanted, place)
        shutil.rmtree(place / "spilled", ignore_errors=True)
        place.chmod(0o755)
        place.rename(out)
    except duckdb.Error as error:
        raise PortalError(f"nothing was written: {manifests.said(error)}") from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return listed


def _write(
    files: Sequence[Path], columns: Columns | None, rules: SuffixRules, wanted: Wanted, place: Path
) -> DomainList:
    spilled = place / "spilled"
    spilled.mkdir()
    connection = grouping.connect(spilled, wanted.memory)
    query = grouping.grouped(manifests.rows_of(connection, files, columns)) if columns else grouping.merged(files)
    connection.execute(f"CREATE TEMP TABLE grouped AS {query}")
    account = map_authorities(connection, "SELECT * FROM grouped", mapper(rules, private=wanted.private_domains))
    share = 100 * account.unusable / account.total if account.total else 0
    if share > wanted.max_unusable:
        most = max((n, reason) for reason, n in account.rows.items() if reason)
        raise PortalError(
            f"{share:.2f} % of {account.total:,} rows count for no domain name, most of them {most[1]} ({most[0]:,}); "
            f"more than {wanted.max_unusable:g} % are taken only with --max-unusable PERCENT; nothing was written"
        )
    listed = rank(connection, wanted.rule, account)
    text = "".join(f"{name}\n" for name in listed.names).encode()
    (place / NAMES).write_bytes(text)
    pq.write_table(pa.table({"domain": listed.names}), place / TABLE)
    record = method(connection, files, columns, rules, wanted, listed, sha256(text).hexdigest())
    (place / METHOD).write_text(
        json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    (place / GROUPED).parent.mkdir(mode=0o700)
    order = "SELECT * FROM grouped ORDER BY authority, modality"
    connection.execute(f"COPY ({order}) TO {grouping.quoted(str(place / GROUPED))} (FORMAT parquet, COMPRESSION zstd)")
    return listed


def method(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    columns: Columns | None,
    rules: SuffixRules,
    wanted: Wanted,
    listed: DomainList,
    digest: str,
) -> Mapping[str, Any]:
    """How the list was made: what somebody needs to make it again, and to judge it. It holds no name and no address."""
    account = listed.account
    covered = connection.sql(
        "SELECT modality, CAST(sum(bytes) AS VARCHAR), count(*) FROM sums GROUP BY modality ORDER BY modality"
    ).fetchall()
    return {
        "format": FORMAT,
        "tool": {"name": "gpai-portal", "version": version("gpai-portal")},
        "engine": {"name": "DuckDB", "version": duckdb.__version__},
        "hosts": {"name": "can_ada", "version": version("can-ada"), "standard": "WHATWG URL"},
        "inputs": list(manifests.hashes(files)),
        "columns": asdict(columns) if columns else "sums of earlier runs",
        "size_means": wanted.size_means,
        "suffixes": {
            "version": rules.version,
            "commit": rules.commit,
            "sha256": rules.sha256,
            "sections": "ICANN and private" if wanted.private_domains else "ICANN",
        },
        "rule": {
            "name": str(listed.rule),
            "rounding": "up",
            "modalities": "best rank in any modality, then bytes, then name"
            if listed.rule is Rule.SME
            else "the top of all content together and the top of each modality",
            "ties": "none: exactly as many as asked" if listed.rule is Rule.SME else "all listed, except at 0 bytes",
        },
        "names": listed.cuts[""].names,
        "asked": listed.cuts[""].asked,
        "listed": len(listed.names),
        "cuts": {
            kind or "all": {"names": c.names, "asked": c.asked, "tied": c.tied, "without_bytes": c.empty}
            for kind, c in listed.cuts.items()
        },
        "modalities": {kind: {"names": count} for kind, _, count in covered},
        "rows": {reason or "named": number for reason, number in sorted(account.rows.items())},
        "rows_in_all": account.total,
        "rows_without_size": account.unsized,
        "sha256": digest,
    }


def _told(cut: Cut) -> Mapping[str, int]:
    """A cut without the size at which it lies, which stays private."""
    return {"names": cut.names, "asked": cut.asked, "tied": cut.tied, "without_bytes": cut.empty}
