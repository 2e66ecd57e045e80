"""Names by a join and names by one authority at a time are the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpai_portal.domains.database import connect
from gpai_portal.domains.hosts import Reason, domain_of
from gpai_portal.domains.mapping import map_authorities
from gpai_portal.domains.rules import SuffixRules, read_rules
from tests.domains.test_rules import vectors

RULES = read_rules()


Found = dict[str, str]


def by_join(connection: duckdb.DuckDBPyConnection, hosts: Sequence[str], rules: SuffixRules, private: bool) -> Found:
    """The name of each host that has one. Modalities tell which sum is of which host."""
    count = len(hosts)
    table = {"authority": hosts, "modality": list(map(str, range(count))), "row_count": [1] * count}
    connection.register("given", pa.table(table | {"bytes": [1] * count, "unsized": [0] * count}))
    connection.execute("CREATE OR REPLACE TEMP TABLE grouped AS SELECT * FROM given")
    account = map_authorities(connection, "grouped", rules, private=private)
    found = connection.sql("SELECT modality, name FROM sums").fetchall()
    connection.execute("DROP TABLE sums")
    assert account.total == count
    assert account.rows.get("", 0) == len(found)
    return {hosts[int(number)]: name for number, name in found}


def one_at_a_time(hosts: Sequence[str], rules: SuffixRules, private: bool) -> Found:
    found = {host: domain_of(host, rules, private=private) for host in hosts}
    return {host: name for host, name in found.items() if not isinstance(name, Reason)}


@pytest.mark.parametrize("private", [False, True])
def test_names_made_from_every_rule(tmp_path: Path, private: bool) -> None:
    suffixes = RULES.both if private else RULES.icann
    hosts = [f"{before}{suffix}" for suffix in suffixes for before in ("", "a.", "b.a.", "C.b.a.")]
    assert by_join(connect(tmp_path), hosts, RULES, private) == one_at_a_time(hosts, RULES, private)


def test_the_vectors_of_the_list(tmp_path: Path) -> None:
    hosts = sorted({given for given, _ in vectors() if given})
    assert by_join(connect(tmp_path), hosts, RULES, True) == one_at_a_time(hosts, RULES, True)


_LABELS = st.sampled_from(
    ["a", "www", "WWW", "x-y", "-x", "y-", "a_b", "bücher", "xn--bcher-kva", "xn--zz", "0x7f", "12"]
)
_ODD = st.sampled_from(["city", "ß", "", "q" * 64, "*"])
_ENDS = st.sampled_from(
    """com DE co.uk ck www.ck kawasaki.jp city.kawasaki.jp github.io example example.com arpa home.arpa onion internal
    de. de:80 de:99999 1 0x1 نقطه.com b。de zz uk%2ecom""".split()  # noqa: SIM905
)
_HOSTS = st.builds(lambda labels, end: ".".join([*labels, end]), st.lists(_LABELS | _ODD, max_size=4), _ENDS)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hosts=st.lists(_HOSTS, min_size=100, max_size=300, unique=True), private=st.booleans())
def test_any_hosts(tmp_path: Path, hosts: list[str], private: bool) -> None:
    assert by_join(connect(tmp_path), hosts, RULES, private) == one_at_a_time(hosts, RULES, private)


def test_a_list_of_ones_own_may_have_names_for_trials(tmp_path: Path) -> None:
    file = tmp_path / "list.dat"
    file.write_text("// ===BEGIN ICANN DOMAINS===\ncom\nexample\n// ===END ICANN DOMAINS===\n", encoding="utf-8")
    hosts = ["www.shop.example", "shop.test", "x.onion", "a.example.com"]
    assert by_join(connect(tmp_path), hosts, read_rules(file), False) == {"www.shop.example": "shop.example"}
    assert by_join(connect(tmp_path), hosts, RULES, False) == {}
