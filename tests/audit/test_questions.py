"""Each question that is decided from data has a summary that earns the point and one that does not."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.audit.auditing import Decided
from gpai_portal.audit.findings import Verdict
from gpai_portal.audit.rubric import Question, editions, read_rubric
from tests.audit.asking import DAY, ask, load

CASES: dict[str, dict[str, dict[str, Any]]] = {name: load(f"{name}.yaml") for name in editions()}
IDS = [(rubric, id_) for rubric, cases in CASES.items() for id_ in cases]
#: Questions on what was published here.
PUBLISHED = {("aial-2026-07-24", "D14"), ("aial-2026-07-24", "D20")}
#: Words of a case that are no changes.
TOLD = {"verdict", "published", "otherwise", "as_of"}


def from_data(question: Question) -> bool:
    way = question.decide["way"]
    return way not in {"presumed", "person_only", "reachable"} and not way.startswith("page_")


@cache
def base(folder: Path, rubric: str) -> dict[str, Decided]:
    return {one.question.id: one for one in ask(folder, rubric, {}).decided}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("base")


@pytest.mark.parametrize("rubric", CASES)
def test_every_question_that_data_decides_has_a_case(rubric: str) -> None:
    assert {question.id for question in read_rubric(rubric).questions if from_data(question)} == set(CASES[rubric])


@pytest.mark.parametrize(("rubric", "id_"), [one for one in IDS if one not in PUBLISHED])
def test_the_base_earns_the_point(rubric: str, id_: str, folder: Path) -> None:
    finding = base(folder, rubric)[id_].finding
    assert finding.verdict is Verdict.YES, finding.evidence


@pytest.mark.parametrize(("rubric", "id_"), sorted(PUBLISHED))
def test_what_was_published_here_twice_earns_the_point(rubric: str, id_: str, tmp_path: Path) -> None:
    state = {"template": "C(2025) 8311", "version": "1.0", "last_update": "2026-03-01"}
    found = {one.question.id: one.finding for one in ask(tmp_path, rubric, {}, [state, state]).decided}
    assert found[id_].verdict is Verdict.YES


@pytest.mark.parametrize(("rubric", "id_"), IDS)
def test_the_change_does_not(rubric: str, id_: str, tmp_path: Path) -> None:
    case = CASES[rubric][id_]
    changes = {path: value for path, value in case.items() if path not in TOLD}
    day = date.fromisoformat(case["as_of"]) if "as_of" in case else DAY
    found = {one.question.id: one for one in ask(tmp_path, rubric, changes, case.get("published"), day).decided}
    # A comment that says nothing takes the question away, as that of the lab does.
    expected = "not applicable" if case.get("otherwise") else case.get("verdict", "no")
    assert found[id_].finding.verdict == expected, found[id_].finding.evidence
    assert found[id_].file.endswith(".yaml")
    assert found[id_].question.fix or expected != "no"


MODALITIES = "summary.general.characteristics.modalities"
DOMAINS = "summary.sources.crawled.top_domains"
#: A policy with an open field.
DRAFT: dict[str, Any] = {"policy.policy": None}
PART = "summary.sources.public.large.0"
#: Answers of the rubric of the lab that once were others: a question, the changes, what is answered.
ANSWERS: list[tuple[str, dict[str, Any], str]] = [
    ("F2.1.c.6", {"summary.language": "sv", f"{PART}.part_used": None, f"{PART}.selection_approach": None,
                  f"{PART}.description": "Bara vissa sidor."}, "needs a person"),
    ("F2.1.c.6", {"summary.language": "sv", f"{PART}.part_used": "Tyska sidor", f"{PART}.selection_approach": None},
     "needs a person"),
    ("F3.1.b.1", {"summary.processing.tdm.measures": "We do not respect robots.txt in any way."}, "needs a person"),
    ("F2.3.d.5", {"summary.sources.crawled.behaviour": "We do not respect robots.txt.",
                  "summary.sources.crawled.crawlers": [{"name": "ABot"}]}, "needs a person"),
    ("F3.2.a.1", {"summary.processing.illegal_content.measures": "No measures against illegal content were taken."},
     "needs a person"),
    *((id_, {"summary.sources.crawled.behaviour": "Nothing is said here of captchas, passwords and paywalls."},
       "needs a person") for id_ in ("F2.3.d.2", "F2.3.d.3", "F2.3.d.4")),
    ("F1.3.g.2", {"summary.general.characteristics.comments": "No tokenizer is named."}, "needs a person"),
    ("F1.3.e.2", {"summary.general.characteristics.linguistic_characteristics":
                  "The part of German and French is not disclosed."}, "needs a person"),
    ("F3.1.b.1", {"summary.processing.tdm.measures": "We follow robots.txt. Paywalls are not told apart."}, "yes"),
    ("D15", {"summary.previous_versions": {"state": "not_disclosed"}, "summary.changes": None}, "no"),
    ("D15", {"summary.previous_versions": {"state": "none"}, "summary.changes": None}, "not applicable"),
    ("F1.3.b.1", {f"{MODALITIES}.0.size": {"state": "not_disclosed", "reason": "By contract."}}, "partly"),
    ("F2.1.c.4", {f"{PART}.name": "The Collected Rain", f"{PART}.url": "https://weather.example/"}, "needs a person"),
    *(("F2.3.i.1", {DOMAINS: {"total": 20, "value": ["a.example"]}, "summary.sources.crawled.comments": comment},
       verdict) for comment, verdict in (("Node.js read seeds.txt.", "no"), ("b.example was read too.", "yes"),
                               ("Pages of b.example were not read.", "needs a person"))),
    ("F1.2.b.2", {"release.dependencies": {"state": "not_disclosed", "reason": "By contract."},
                  "release.versioned_names": [{"name": "Example 2.0", "url": "https://a.example/"}]}, "no"),
    *(("D21", {"release.union_market_date": placed, "summary.previous_versions": [{"version": "1.0", "date": first}]},
       verdict) for placed, first, verdict in (
           ({"value": "2026-03-10", "qualifier": "not_after"}, "2026-03-01", "needs a person"),
           ({"value": "2026-03-10", "qualifier": "not_before"}, "2026-03-20", "needs a person"),
           ({"value": "2026-03-10", "qualifier": "about"}, "2026-03-01", "needs a person"),
           ("2026-03", "2026-03-20", "needs a person"), ("2026-03", "2026-04-01", "no"),
           ("2026-03", "2026-03-01", "yes"),
           ("2025-08", "2025-08-20", "needs a person"), ("2025-07", "2027-01-01", "yes"))),
    ("F2.1.c.6", {f"{PART}.part_used": "The whole dataset.", f"{PART}.selection_approach": None}, "not applicable"),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "changes", "verdict"), ANSWERS)
def test_an_answer(id_: str, changes: dict[str, Any], verdict: str, tmp_path: Path) -> None:
    found = {one.question.id: one.finding for one in ask(tmp_path, "aial-2026-07-24", changes).decided}
    assert found[id_].verdict == verdict, found[id_].evidence


def test_a_date_that_may_lie_on_either_side_is_for_a_person(tmp_path: Path) -> None:
    changes = {"summary.last_update": {"value": "2026-06-01", "qualifier": "not_after"}}
    found = {one.question.id: one.finding for one in ask(tmp_path, "gpai-portal-2026-11-28", changes).decided}
    assert found["G4"].verdict == "needs a person"
    assert found["G4"].evidence == "it was a day at the latest 2026-06-01"


def test_a_table_that_is_stated_to_be_none_is_not_called_unanswered(tmp_path: Path) -> None:
    changes = {"summary.sources.public.large": {"state": "none"}}
    found = {one.question.id: one.finding for one in ask(tmp_path, "aial-2026-07-24", changes).decided}
    assert found["F2.1.c.1"].evidence == "stated to be none, without a reason"


def test_a_draft_of_a_policy_is_not_published_here(tmp_path: Path) -> None:
    found = {one.question.id: one.finding for one in ask(tmp_path, "gpai-portal-2026-11-28", DRAFT).decided}
    assert found["L2"].verdict == "no"
    assert found["L2"].evidence == "a draft, which was never published"
