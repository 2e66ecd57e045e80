"""Each question that is decided from data has a summary that earns the point and one that does not."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.audit.auditing import Decided
from gpai_portal.audit.findings import Verdict
from gpai_portal.audit.rubric import Question, read_rubric
from tests.audit.asking import ask, load

LAB = "aial-2026-07-24"
QUESTIONS = {question.id: question for question in read_rubric(LAB).questions}
CASES: dict[str, dict[str, Any]] = load("questions.yaml")
#: Words of a case that are no changes.
TOLD = {"verdict", "published", "otherwise"}


def from_data(question: Question) -> bool:
    way = question.decide["way"]
    return way not in {"presumed", "person_only", "reachable"} and not way.startswith("page_")


@cache
def base(folder: Path) -> dict[str, Decided]:
    return {one.question.id: one for one in ask(folder, LAB, {}).decided}


@pytest.fixture(scope="module")
def earned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decided]:
    return base(tmp_path_factory.mktemp("base"))


def test_every_question_that_data_decides_has_a_case() -> None:
    assert {question.id for question in QUESTIONS.values() if from_data(question)} == set(CASES)


@pytest.mark.parametrize("id_", [one for one in CASES if one not in {"D14", "D20"}])
def test_the_base_earns_the_point(id_: str, earned: dict[str, Decided]) -> None:
    assert earned[id_].finding.verdict is Verdict.YES, earned[id_].finding.evidence


@pytest.mark.parametrize("id_", ["D14", "D20"])
def test_what_was_published_here_twice_earns_the_point(id_: str, tmp_path: Path) -> None:
    state = {"template": "C(2025) 8311", "version": "1.0", "last_update": "2026-03-01"}
    found = {one.question.id: one.finding for one in ask(tmp_path, LAB, {}, [state, state]).decided}
    assert found[id_].verdict is Verdict.YES


@pytest.mark.parametrize("id_", CASES)
def test_the_change_does_not(id_: str, tmp_path: Path) -> None:
    case = CASES[id_]
    changes = {path: value for path, value in case.items() if path not in TOLD}
    found = {one.question.id: one for one in ask(tmp_path, LAB, changes, case.get("published")).decided}
    # A comment that says nothing takes the question away, as that of the lab does.
    expected = "not applicable" if case.get("otherwise") else case.get("verdict", "no")
    assert found[id_].finding.verdict == expected, found[id_].finding.evidence
    assert found[id_].file.endswith(".yaml")
    assert found[id_].question.fix or expected != "no"
