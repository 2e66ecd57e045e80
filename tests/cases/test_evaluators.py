"""The guide sets what evaluators noted of the cases beside what check and audit say: what it says of these is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cases.agreement import LAB, LINES, SCORES, audited, compared, difference, spearman, table, theirs
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
    _, _, said, *_, why = row
    named = NAMED.findall(said)
    assert NAMED.sub("", said).strip(", ") == ("" if named else "-")
    assert named or why
    for code, file, path in named:
        assert any(
            e["code"] == code and f".{e['path']}".endswith(f".{path}") and e["file"].endswith(file) for e in found
        ), (code, path)


@pytest.mark.parametrize(("case", "row"), [one for one in rows() if len(one[1]) == 5])
def test_a_row_says_what_audit_answers(case: str, row: list[str]) -> None:
    answers = {one.question.id: str(one.finding.verdict) for one in audited(case).decided}
    told = [part.partition(": ") for part in row[3].split("; ")]
    assert told
    for verdict, _, ids in told:
        assert {answers[id_] for id_ in ids.split(", ")} == {verdict}, ids


def test_the_guide_has_the_agreement_of_today() -> None:
    lines = [f"| {' | '.join(row)} |" for row in table()]
    assert [line for line in lines if line not in PAGE.splitlines()] == []


def test_shares_of_the_evaluators_are_those_they_published() -> None:
    """Its printed sums over all eight sections."""
    printed = {"apertus": (92.9, 97.14), "gpt-5-5": (67.59, 47.52)}
    for case, sums in printed.items():
        for name, told in zip(LAB.groups, sums, strict=True):
            cells = [SCORES[case]["sections"][code][one] for code in LAB.sections for one in LAB.groups[name]]
            got, possible = (sum(column) for column in zip(*cells, strict=True))
            assert 100 * got / possible == pytest.approx(told, abs=0.01)
    assert theirs("apertus", "S5 U") is None


def test_agreement_is_measured_as_the_guide_says() -> None:
    assert spearman([(1, 10), (2, 20), (3, 30), (4, 40)]) == 1
    assert spearman([(1, 40), (2, 30), (3, 20), (4, 10)]) == -1
    assert spearman([(1, 10), (2, 20), (3, 30)]) is None
    assert spearman([(1, 10), (2, 10), (3, 10), (4, 10)]) is None
    assert difference([(50, 60), (70, 50)]) == 15
    assert set(compared("all T")) == set(SCORES)
    assert len(LINES) == 2 * (len(LAB.sections) + 1)
