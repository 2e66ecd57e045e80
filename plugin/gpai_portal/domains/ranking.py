"""From sums by authority to the list: names, their order, and where it is cut (template, section 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import duckdb
import pyarrow as pa

from gpai_portal.domains.grouping import MARK, quoted
from gpai_portal.domains.hosts import Reason

#: Authorities that are mapped at a time.
_BATCH = 100_000


class Rule(StrEnum):
    """How many names are asked for: the top 10 % of all, or of a small or medium-sized enterprise 5 % or 1,000,
    whichever is lower."""

    ALL = "all"
    SME = "sme"

    def length(self, names: int) -> int:
        """The length of the list, of so many names; parts of a name are rounded up."""
        return (names + 9) // 10 if self is Rule.ALL else min((names + 19) // 20, 1000)


@dataclass(frozen=True)
class Account:
    """What became of the rows: ``rows`` and ``bytes`` by reason, "" for those that count for a name; ``unsized`` rows
    have no size that can be added."""

    rows: dict[str, int]
    bytes: dict[str, int]
    unsized: int

    @property
    def total(self) -> int:
        """Rows of the manifests."""
        return sum(self.rows.values())

    @property
    def unusable(self) -> int:
        """Rows that count for no name."""
        return self.total - self.rows.get("", 0)


@dataclass(frozen=True)
class Cut:
    """Where one order was cut: of ``names`` names ``asked`` are asked for. ``at`` is the size of the last one in bytes,
    ``tied`` how many names have it, ``empty`` how many of those listed have no bytes at all."""

    names: int
    asked: int
    at: int
    tied: int
    empty: int


@dataclass(frozen=True)
class DomainList:
    """``names`` are listed, in the order of their letters. ``cuts`` are by modality, that over all under ""."""

    rule: Rule
    names: list[str]
    cuts: dict[str, Cut]
    account: Account


def map_authorities(
    connection: duckdb.DuckDBPyConnection, source: str, domain_of: Callable[[str], str | Reason]
) -> Account:
    """Fills the table ``sums`` (name, modality, bytes) from grouped rows (``source`` is a table or query), and accounts
    for every row."""
    connection.execute("CREATE TEMP TABLE mapped (authority VARCHAR, name VARCHAR, reason VARCHAR)")
    for batch in _mapped(connection, source, domain_of):
        connection.register("batch", batch)
        connection.execute("INSERT INTO mapped SELECT * FROM batch")
        connection.unregister("batch")
    connection.execute(
        f"""CREATE TEMP TABLE joined AS SELECT g.modality, g.rows, g.bytes, g.unsized, m.name, m.reason
            FROM ({source}) g JOIN mapped m USING (authority)"""
    )
    found = connection.sql(
        "SELECT reason, CAST(sum(rows) AS BIGINT), CAST(sum(bytes) AS VARCHAR) FROM joined GROUP BY 1 ORDER BY 1"
    ).fetchall()
    unsized = connection.sql("SELECT coalesce(CAST(sum(unsized) AS BIGINT), 0) FROM joined").fetchall()[0][0]
    connection.execute(
        """CREATE TEMP TABLE sums AS SELECT name, modality, CAST(sum(bytes) AS DECIMAL(38, 0)) AS bytes
            FROM joined WHERE reason = '' GROUP BY ALL"""
    )
    return Account({r: n for r, n, _ in found}, {r: int(b) for r, _, b in found}, unsized)


def _mapped(
    connection: duckdb.DuckDBPyConnection, source: str, domain_of: Callable[[str], str | Reason]
) -> Iterator[pa.Table]:
    reader = connection.sql(f"SELECT DISTINCT authority FROM ({source})").to_arrow_reader(_BATCH)
    batches = [batch.column(0).to_pylist() for batch in reader]  # read to its end: one result at a time
    for authorities in batches:
        names, reasons = [], []
        for authority in authorities:
            found = Reason(authority.removeprefix(MARK)) if authority.startswith(MARK) else domain_of(authority)
            is_reason = isinstance(found, Reason)
            names.append("" if is_reason else found)
            reasons.append(str(found) if is_reason else "")
        yield pa.table({"authority": authorities, "name": names, "reason": reasons})


def rank(connection: duckdb.DuckDBPyConnection, rule: Rule, account: Account) -> DomainList:
    """The list of the names in the table ``sums``.

    For the top 10 %: those of all modalities together and those of each modality, so that the list is representative
    across modalities and never shorter than asked. For an SME: exactly as many as asked, by the best rank that a name
    has in any modality, in relation to the names of that modality; equal sizes share a rank.
    """
    total = connection.sql("SELECT name, CAST(sum(bytes) AS DECIMAL(38, 0)) AS bytes FROM sums GROUP BY name")
    total.create_view("totals", replace=True)
    names = int(connection.sql("SELECT count(*) FROM totals").fetchall()[0][0])
    modalities = [row[0] for row in connection.sql("SELECT DISTINCT modality FROM sums ORDER BY 1").fetchall()]
    cuts = {"": _cut(connection, "SELECT name, bytes FROM totals", rule)}
    if rule is Rule.SME:
        listed = _by_best_rank(connection, rule.length(names))
        return DomainList(rule, sorted(listed), cuts, account)
    found = set(_top(connection, "SELECT name, bytes FROM totals", cuts[""]))
    for modality in modalities:
        query = f"SELECT name, bytes FROM sums WHERE modality = {quoted(modality)}"
        cuts[modality] = _cut(connection, query, rule)
        found |= set(_top(connection, query, cuts[modality]))
    return DomainList(rule, sorted(found), cuts, account)


def _cut(connection: duckdb.DuckDBPyConnection, query: str, rule: Rule) -> Cut:
    names = int(connection.sql(f"SELECT count(*) FROM ({query})").fetchall()[0][0])
    asked = rule.length(names)
    if not asked:
        return Cut(0, 0, 0, 0, 0)
    order = f"SELECT CAST(bytes AS VARCHAR) FROM ({query}) ORDER BY bytes DESC, name LIMIT 1 OFFSET {asked - 1}"
    at = int(connection.sql(order).fetchall()[0][0])
    above, tied = connection.sql(
        f"SELECT count(*) FILTER (bytes > {at}), count(*) FILTER (bytes = {at}) FROM ({query})"
    ).fetchall()[0]
    return Cut(names, asked, at, tied, asked - above if at == 0 else 0)


def _top(connection: duckdb.DuckDBPyConnection, query: str, cut: Cut) -> list[str]:
    """The names above a cut, with all that are tied at it; of names without any bytes as many as are asked for."""
    if not cut.asked:
        return []
    if cut.at > 0:
        rows = connection.sql(f"SELECT name FROM ({query}) WHERE bytes >= {cut.at}").fetchall()
    else:
        rows = connection.sql(f"SELECT name FROM ({query}) ORDER BY bytes DESC, name LIMIT {cut.asked}").fetchall()
    return [row[0] for row in rows]


def _by_best_rank(connection: duckdb.DuckDBPyConnection, asked: int) -> list[str]:
    # Ranks are compared as fractions of whole numbers: 10^18 tells any two of modalities with up to 10^8 names apart.
    rows = connection.sql(
        f"""WITH ranked AS (
            SELECT name, rank() OVER (PARTITION BY modality ORDER BY bytes DESC) AS place,
                count(*) OVER (PARTITION BY modality) AS names FROM sums),
        best AS (SELECT name, min(CAST(place AS HUGEINT) * 1000000000000000000 // names) AS part
            FROM ranked GROUP BY name)
        SELECT name FROM best JOIN totals USING (name) ORDER BY part, bytes DESC, name LIMIT {asked}"""
    ).fetchall()
    return [row[0] for row in rows]
