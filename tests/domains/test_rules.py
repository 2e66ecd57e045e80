"""The Public Suffix List, by its own test vectors and against a second implementation."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import publicsuffixlist
import pytest
from publicsuffixlist import PublicSuffixList

from gpai_portal.domains.hosts import Reason, host_of
from gpai_portal.domains.rules import BUNDLED, read_rules
from gpai_portal.domains.rules import _registrable as by_the_algorithm
from gpai_portal.errors import UsageError

RULES = read_rules()
VECTORS = (Path(publicsuffixlist.__file__).parent / "test_psl.txt").read_text(encoding="utf-8")


def vectors() -> list[tuple[str, str | None]]:
    """Pairs of a name and the domain that was registered, as publicsuffix.org publishes them."""
    found = []
    for line in VECTORS.splitlines():
        if line.startswith("checkPublicSuffix("):
            given, wanted = ast.literal_eval(line[len("checkPublicSuffix") :].rstrip(";").replace("null", "None"))
            found.append((given, wanted))
    return found


def test_the_vectors_of_the_list_hold_in_both_sections() -> None:
    checked = 0
    for given, wanted in vectors():
        if given is None or given.startswith("."):
            continue
        host, expected = host_of(given), host_of(wanted) if wanted else ""
        assert not isinstance(host, Reason), given
        assert by_the_algorithm(host, RULES.both) == expected, given
        checked += 1
    assert checked > 70


def test_two_implementations_agree_on_names_made_from_every_rule() -> None:
    other = PublicSuffixList(only_icann=True)
    differing = []
    for suffix, kinds in RULES.icann.items():
        for host in (suffix, f"a.{suffix}", f"b.a.{suffix}", f"c.b.a.{suffix}"):
            ours = RULES.registrable(host)
            if ours != (other.privatesuffix(host) or ""):
                differing.append((host, kinds))
    # Of the parent of a wildcard the other one says that it is none, against the published algorithm.
    assert len(differing) < 60
    assert all("exact" not in kinds for _, kinds in differing)


def test_a_host_that_is_a_private_suffix_is_a_name_that_somebody_registered() -> None:
    assert RULES.registrable("user.github.io") == "github.io"
    assert RULES.registrable("user.github.io", private=True) == "user.github.io"
    assert RULES.registrable("www.user.github.io", private=True) == "user.github.io"
    assert RULES.registrable("github.io", private=True) == "github.io"


def test_the_list_says_which_it_is() -> None:
    assert RULES.version[:4].isdigit()
    assert len(RULES.commit) == 40
    assert RULES.sha256 == hashlib.sha256(BUNDLED.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"com\nnet\n", "holds no section of ICANN"),
        (b"// ===BEGIN ICANN DOMAINS===\ncom\n<html>\n", ":3: '<html>' is no rule"),
        (b"\xff\n", ":1: this is not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused(tmp_path: Path, text: bytes, message: str) -> None:
    file = tmp_path / "list.dat"
    file.write_bytes(text)
    with pytest.raises(UsageError, match=message):
        read_rules(file)
    with pytest.raises(UsageError, match="is not there"):
        read_rules(tmp_path / "none.dat")
