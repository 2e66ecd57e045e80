"""The guide sets what evaluators noted of the cases beside what check says: what it says of check is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

CASES = Path(__file__).parent
PAGE = (ROOT / "docs/pages/evaluators.md").read_text(encoding="utf-8")
#: A code and where it is found: `unanswered` (`sources.other.used`), if need be with the file before the path.
NAMED = re.compile(r"`([a-z-]+)` \(`(?:([\w-]+\.yaml): )?([^`]+)`\)")


def rows() -> Iterator[tuple[str, list[str]]]:
    """Each row of the tables, with the folder of its case."""
    for case, section in re.findall(r"^## [^\n]*\{ #([\w-]+) \}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE):
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("| ") and cells[0] not in {"Section", "---"}:
                yield case, cells


def test_every_evaluated_case_has_its_table() -> None:
    evaluated = ["adobe-firefly-image-5", "apertus", "fastweb-miia", "gpt-5-5", "muse-spark", "smollm3-3b"]
    assert sorted({case for case, _ in rows()}) == evaluated


@pytest.mark.parametrize(("case", "row"), list(rows()))
def test_a_row_says_what_check_finds_or_why_it_finds_nothing(case: str, row: list[str]) -> None:
    found = yaml.load((CASES / case / "expected.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    _, _, said, why = row
    named = NAMED.findall(said)
    assert NAMED.sub("", said).strip(", ") == ("" if named else "-")
    assert named or why
    for code, file, path in named:
        assert any(
            e["code"] == code and f".{e['path']}".endswith(f".{path}") and e["file"].endswith(file) for e in found
        ), (code, path)
