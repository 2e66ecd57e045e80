"""From sums by name to the list: the order of names, and where it is cut (template, section 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import duckdb

from gpai_portal.content.lists import RULES
from gpai_portal.domains.database import quoted
from gpai_portal.domains.mapping import Account
from gpai_portal.errors import UsageError
from gpai_portal.limits import MAX_MODALITIES


class Rule(StrEnum):
    """How many names are asked for: the top 10 % of all, or of a small or medium-sized enterprise 5 % or 1,000,
    whichever is lower."""

    ALL = "all"
    SME = "sme"

    def length(self, names: int) -> int:
        """The length of the list, of so many names; parts of a name are rounded up."""
        return RULES[self](names)


@dataclass(frozen=True)
class Part:
    """All content, or that of one modality.

    ``names`` have some of it. Where it was cut on its own, ``asked`` of these are in the list; ``tied`` names have the
    size of the last of them, and ``empty`` are asked for without having a byte. ``listed_bytes`` of its ``bytes`` are
    of names that are in the list, for whatever reason.
    """

    names: int
    asked: int
    tied: int
    empty: int
    bytes: int
    listed_bytes: int


@dataclass(frozen=True)
class DomainList:
    """``names`` are listed, in the order of their letters; the total of each is in the table ``listed`` (name, bytes).

    ``without_bytes`` of them have no content at all. ``parts`` are by modality, that of all content under "".
    """

    rule: Rule
    names: list[str]
    without_bytes: int
    parts: dict[str, Part]
    account: Account


def rank(connection: duckdb.DuckDBPyConnection, rule: Rule, account: Account) -> DomainList:
    """The list of the names in the table ``sums``.

    For the top 10 %: those of all modalities together and those of each modality, so that the list is representative
    across modalities and never shorter than asked. For an SME: exactly as many as asked, by the best rank that a name
    has in any modality, in relation to the names of that modality; equal sizes share a rank.
    """
    connection.execute(
        "CREATE TEMP TABLE totals AS SELECT name, CAST(sum(bytes) AS DECIMAL(38, 0)) AS bytes FROM sums GROUP BY name"
    )
    connection.execute("CREATE TEMP TABLE chosen (name VARCHAR)")
    modalities = [row[0] for row in connection.sql("SELECT DISTINCT modality FROM sums ORDER BY 1").fetchall()]
    if len(modalities) > MAX_MODALITIES:
        raise UsageError(
            f"the column of modalities holds {len(modalities):,} different values, such as {modalities[0][:60]!r}; "
            "name one that holds text, image, audio, video and the like with --modality, or leave it out"
        )
    cuts = {}
    if rule is Rule.SME:
        cuts[""] = _choose_best(connection, rule)
    else:
        cuts[""] = _choose_top(connection, "totals", rule)
        for modality in modalities:
            cuts[modality] = _choose_top(connection, f"(FROM sums WHERE modality = {quoted(modality)})", rule)
    connection.execute(
        "CREATE TEMP TABLE listed AS SELECT name, bytes FROM totals WHERE name IN (SELECT name FROM chosen)"
    )
    parts = {}
    for modality, names, size, listed in connection.sql(
        """SELECT modality, count(*), CAST(sum(s.bytes) AS VARCHAR),
                CAST(coalesce(sum(s.bytes) FILTER (l.name IS NOT NULL), 0) AS VARCHAR)
            FROM (SELECT '' AS modality, name, bytes FROM totals UNION ALL SELECT modality, name, bytes FROM sums) s
            LEFT JOIN listed l USING (name) GROUP BY modality ORDER BY modality"""
    ).fetchall():
        asked, tied, empty = cuts.get(modality, (0, 0, 0))
        parts[modality] = Part(names, asked, tied, empty, int(size), int(listed))
    names = [row[0] for row in connection.sql("SELECT name FROM listed ORDER BY name").fetchall()]
    without = connection.sql("SELECT count(*) FROM listed WHERE bytes = 0").fetchall()[0][0]
    return DomainList(rule, names, without, parts or {"": Part(0, 0, 0, 0, 0, 0)}, account)


def _choose_top(connection: duckdb.DuckDBPyConnection, source: str, rule: Rule) -> tuple[int, int, int]:
    """Chooses the names above the cut, with all that are tied at it; of names without any bytes as many as are asked
    for. Returns how many are asked for, tied, and asked for without bytes."""
    asked = rule.length(connection.sql(f"SELECT count(*) FROM {source}").fetchall()[0][0])
    if not asked:
        return 0, 0, 0
    last = f"SELECT CAST(bytes AS VARCHAR) FROM {source} ORDER BY bytes DESC LIMIT 1 OFFSET {asked - 1}"
    at = int(connection.sql(last).fetchall()[0][0])
    above, tied = connection.sql(
        f"SELECT count(*) FILTER (bytes > {at}), count(*) FILTER (bytes = {at}) FROM {source}"
    ).fetchall()[0]
    whole = f"WHERE bytes >= {at}" if at else f"ORDER BY bytes DESC, name LIMIT {asked}"
    connection.execute(f"INSERT INTO chosen SELECT name FROM {source} {whole}")
    return asked, tied, 0 if at else asked - above


def _choose_best(connection: duckdb.DuckDBPyConnection, rule: Rule) -> tuple[int, int, int]:
    """Chooses exactly as many names as are asked for; returns as _choose_top does."""
    asked = rule.length(connection.sql("SELECT count(*) FROM totals").fetchall()[0][0])
    # Ranks are compared as fractions of whole numbers: 10^18 tells any two of modalities with up to 10^9 names apart.
    connection.execute(
        """CREATE TEMP TABLE best AS
            WITH ranked AS (
                SELECT name, rank() OVER (PARTITION BY modality ORDER BY bytes DESC) AS place,
                    count(*) OVER (PARTITION BY modality) AS names FROM sums),
            parts AS (SELECT name, min(CAST(place AS HUGEINT) * 1000000000000000000 // names) AS part
                FROM ranked GROUP BY name)
            SELECT name, part, bytes FROM parts JOIN totals USING (name)"""
    )
    order = f"SELECT * FROM best ORDER BY part, bytes DESC, name LIMIT {asked}"
    connection.execute(f"INSERT INTO chosen SELECT name FROM ({order})")
    if not asked:
        return 0, 0, 0
    tied, empty = connection.sql(
        f"""WITH first AS ({order}), last AS (FROM first ORDER BY part DESC, bytes LIMIT 1)
            SELECT (SELECT count(*) FROM best JOIN last ON best.part = last.part AND best.bytes = last.bytes),
                (SELECT count(*) FROM first WHERE bytes = 0)"""
    ).fetchall()[0]
    return asked, tied, empty
