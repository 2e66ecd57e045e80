"""From sums by authority to sums by domain name, with an account of every row.

Nearly all authorities are plain: they are found by a join on the rules of the Public Suffix List. What a join cannot
tell is asked of ``hosts.domain_of``, one authority at a time; it is the meaning of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from gpai_portal.domains.database import quoted, run
from gpai_portal.domains.grouping import MARK
from gpai_portal.domains.hosts import RESERVED, SPECIAL_USE, Reason, domain_of
from gpai_portal.domains.rules import SuffixRules

#: Authorities that are mapped at a time.
_BATCH = 100_000

#: A host that a browser leaves as it is but for its capitals, as a registry would take it. Longer ones may have labels
#: that are too long; xn-- begins labels that may not be valid.
_PLAIN = r"(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.)+[A-Za-z]{2,}"
_LONGEST_PLAIN = 63

#: Modalities are told apart without regard to capitals and blanks; of what is not said, it is said that it is unknown.
_MODALITY = "coalesce(nullif(lower(trim(modality)), ''), 'unknown')"


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


def map_authorities(
    connection: duckdb.DuckDBPyConnection, source: str, rules: SuffixRules, *, private: bool = False
) -> Account:
    """Fills the table ``sums`` (name, modality, bytes) from grouped rows (``source`` is a table), and accounts for
    every row."""
    longest = _add_rules(connection, rules, private=private)
    run(connection, f"CREATE TEMP TABLE named AS {_joined(source, longest)}", "finding names")
    connection.execute("CREATE TEMP TABLE odd (authority VARCHAR, name VARCHAR, reason VARCHAR)")
    for batch in _mapped(connection, rules, private=private):
        connection.register("batch", batch)
        connection.execute("INSERT INTO odd SELECT * FROM batch")
        connection.unregister("batch")
    found = connection.sql(
        """SELECT coalesce(reason, ''), CAST(sum(row_count) AS BIGINT), CAST(sum(bytes) AS VARCHAR),
                CAST(sum(unsized) AS BIGINT)
            FROM named LEFT JOIN odd USING (authority) GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    run(
        connection,
        f"""CREATE TEMP TABLE sums AS
            SELECT name, modality, CAST(sum(bytes) AS DECIMAL(38, 0)) AS bytes
            FROM (SELECT coalesce(named.name, odd.name) AS name, {_MODALITY} AS modality, bytes
                FROM named LEFT JOIN odd USING (authority) WHERE coalesce(reason, '') = '')
            GROUP BY name, modality""",
        "adding up names",
    )
    connection.execute("DROP TABLE named; DROP TABLE odd; DROP TABLE suffixes")
    return Account({r: n for r, n, _, _ in found}, {r: int(b) for r, _, b, _ in found}, sum(u for *_, u in found))


def _add_rules(connection: duckdb.DuckDBPyConnection, rules: SuffixRules, *, private: bool) -> int:
    """Fills the table ``suffixes``; returns how many labels the longest of them has."""
    kinds = rules.both if private else rules.icann
    tops = rules.top_level - SPECIAL_USE - {"arpa"}  # below arpa is home.arpa
    every = sorted(kinds.keys() | tops)
    deep = {suffix.rpartition(".")[2] for suffix, kind in kinds.items() if "." in suffix or kind != {"exact"}}
    columns = {
        "suffix": every,
        "top": [suffix in tops for suffix in every],
        "deep": [suffix in deep for suffix in every],
        **{kind: [kind in kinds.get(suffix, ()) for suffix in every] for kind in ("exact", "wildcard", "exception")},
    }
    connection.register("given", pa.table(columns))
    connection.execute("CREATE TEMP TABLE suffixes AS SELECT * FROM given")
    connection.unregister("given")
    return max(suffix.count(".") for suffix in every) + 1


def _joined(source: str, longest: int) -> str:
    """SQL for the rows of the source with the name of each, or else with its authority, where a join cannot tell one.

    Of all rules that match, an exception prevails, and else the one with the most labels; it takes so many labels, and
    a name has one more. Most top-level domains have no rule but their own, so that there is nothing more to look for.
    """
    lengths = range(2, longest + 1)
    ends = ", ".join(
        f"CASE WHEN len(labels) >= {k} THEN array_to_string(labels[-{k}:], '.') END AS end{k}" for k in lengths
    )
    joins = " ".join(f"LEFT JOIN suffixes r{k} ON r{k}.suffix = end{k}" for k in lengths)
    excepted = " ".join(f"WHEN r{k}.exception THEN {k - 1}" for k in lengths)
    taken = ", ".join(
        f"CASE WHEN r{k}.wildcard AND len(labels) > {k} THEN {k + 1} WHEN r{k}.exact THEN {k} ELSE 1 END"
        for k in lengths
    )
    reserved = ", ".join(map(quoted, sorted(RESERVED)))
    plain = f"length(authority) <= {_LONGEST_PLAIN} AND regexp_full_match(authority, {quoted(_PLAIN)})"
    return f"""
        SELECT CASE WHEN name NOT IN ({reserved}) THEN name END AS name,
            CASE WHEN name NOT IN ({reserved}) THEN NULL ELSE authority END AS authority,
            modality, row_count, bytes, unsized
        FROM (
            SELECT *, CASE WHEN shallow THEN split_part(host, '.', -2) || '.' || split_part(host, '.', -1)
                WHEN len(labels) > taken THEN array_to_string(labels[-(taken + 1):], '.') END AS name
            FROM (
                SELECT g.*, CASE WHEN labels IS NULL THEN NULL {excepted}
                    ELSE greatest(CASE WHEN g.wildcard AND len(labels) > 1 THEN 2 ELSE 1 END, {taken}) END AS taken
                FROM (
                    SELECT *, {ends} FROM (
                        SELECT h.*, r1.wildcard, r1.top AND NOT r1.deep AS shallow,
                            CASE WHEN r1.top AND r1.deep THEN string_split(host, '.') END AS labels
                        FROM (
                            SELECT *, CASE WHEN {plain} AND NOT contains(lower(authority), 'xn--')
                                THEN lower(authority) END AS host
                            FROM {source}) h
                        LEFT JOIN suffixes r1 ON r1.suffix = split_part(host, '.', -1))) g
                {joins}))"""


def _mapped(connection: duckdb.DuckDBPyConnection, rules: SuffixRules, *, private: bool) -> Iterator[pa.Table]:
    query = "SELECT DISTINCT authority FROM named WHERE name IS NULL"
    batches = [batch.column(0) for batch in connection.sql(query).to_arrow_reader(_BATCH)]  # one result at a time
    for authorities in batches:
        found = [_told(authority, rules, private=private) for authority in authorities.to_pylist()]
        names = ["" if isinstance(one, Reason) else one for one in found]
        reasons = [str(one) if isinstance(one, Reason) else "" for one in found]
        yield pa.table({"authority": authorities, "name": names, "reason": reasons})


def _told(authority: str, rules: SuffixRules, *, private: bool) -> str | Reason:
    if authority.startswith(MARK):
        return Reason(authority.removeprefix(MARK))
    return domain_of(authority, rules, private=private)
