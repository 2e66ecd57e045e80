"""What SECURITY.md and the page on the theme claim has a test each, which is there under the name it gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line.split(" | ")
    for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| Claim", "| ---"))
]


def test_there_are_claims() -> None:
    assert len(ROWS) > 30
    assert all(len(row) == 2 for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][2:60])
def test_a_claim_names_a_test_that_is_there(row: list[str]) -> None:
    named = re.findall(r"`([^`]+)`", row[1])
    assert [name for name in named if name.startswith("tests/")]
    file = None
    for name in named:
        if name.startswith("make "):
            continue
        path, _, test = name.rpartition("::") if "::" in name else (name, "", "")
        # A test without a file of its own lies in the one named before it.
        file = ROOT / path if path.startswith("tests/") else file
        assert file is not None
        assert file.exists(), name
        test = test or (name if name.startswith("test_") else "")
        if test:
            assert f"def {test}(" in file.read_text(encoding="utf-8"), name


def test_each_way_on_from_the_theme_names_a_test_that_is_there() -> None:
    text = (ROOT / "docs/pages/theme.md").read_text(encoding="utf-8")
    ways = [line for line in text.splitlines() if line.startswith("| ") and "tests/" in line]
    assert len(ways) == 4
    for way in ways:
        path, test = re.search(r"`(tests/\S+)::(\w+)`", way).groups()  # type: ignore[union-attr]
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), way
