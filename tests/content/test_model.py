"""States of releases on a day, and what a portal discloses in numbers."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures, Model
from tests.conftest import ROOT
from tests.content.conftest import TODAY


@pytest.mark.parametrize(
    ("day", "states"),
    [
        (date(2025, 5, 14), {"skrift/1.0": "planned", "skrift/2.0": "planned"}),
        (date(2025, 5, 15), {"skrift/1.0": "current", "skrift/2.0": "planned"}),  # the market day of the first
        (date(2026, 3, 9), {"skrift/1.0": "current", "skrift/2.0": "planned"}),
        (date(2026, 3, 10), {"skrift/1.0": "superseded", "skrift/2.0": "current"}),  # and of the second
        (date(2026, 6, 1), {"skrift/1.0": "superseded", "skrift/2.0": "current"}),
    ],
)
def test_states_of_releases_follow_the_day(sample: Disclosures, day: date, states: dict[str, str]) -> None:
    assert {r.key: r.state(day) for r in sample.releases if r.key in states} == states


def test_a_model_on_the_market_before_chapter_v_is_legacy(sample: Disclosures) -> None:
    legacy = {r.key: r.is_legacy for r in sample.releases}
    assert legacy == {"blik/1.0": False, "skrift/1.0": True, "skrift/2.0": False}


def test_the_tally_counts_what_is_not_disclosed(sample: Disclosures) -> None:
    assert sample.tally.undisclosed == 1
    assert sample.tally.required > 100


def test_a_document_of_several_releases_counts_once() -> None:
    content, _ = check(ROOT / "tests/cases/apertus/content", TODAY)
    apertus = compose(content)
    documents = {id(d): d for r in apertus.releases for d in r.documents.values()}
    assert len(apertus.releases) == 4
    assert apertus.policy is not None
    assert apertus.tally.required == sum(d.tally.required for d in documents.values()) + apertus.policy.tally.required


def releases(content: Path, *changes: str) -> Model:
    """The small portal with a release 1.0, 2.0, ... for each text that is put in the place of its market date."""
    first = content / "models/text/1.0"
    text = (first / "release.yaml").read_text(encoding="utf-8")
    for number, change in enumerate(changes, 1):
        folder = first if number == 1 else shutil.copytree(first, first.parent / f"{number}.0")
        new = text.replace("sequence: 1", f"sequence: {number}").replace("union_market_date: 2026-03-10", change)
        (folder / "release.yaml").write_text(new, encoding="utf-8")
    found, report = check(content, TODAY)
    assert report.errors == []
    return compose(found).models[0]


GONE = "union_market_date: 2026-04-01\nwithdrawn: {date: 2026-08-01, reason: Replaced.}"


def test_what_is_offered_and_what_is_latest(base_content: Path) -> None:
    dated = ("2026-03-10", "2026-03-20", "", "2027-01-01")
    model = releases(base_content, *(f"union_market_date: {day}" if day else GONE for day in dated))
    assert [r.id for r in model.releases] == ["1.0", "2.0", "3.0", "4.0"]
    assert [r.id for r in model.offered(TODAY)] == ["4.0", "2.0"]
    latest = model.latest(TODAY)
    assert latest
    assert latest.id == "2.0"
    assert [r.previous and r.previous.id for r in model.releases] == [None, "1.0", "2.0", "3.0"]
    told = [(r.withdrawal.get("date").text, r.withdrawal.get("reason").text) for r in model.releases]
    assert told == [("", ""), ("", ""), ("2026-08-01", "Replaced."), ("", "")]


def test_a_release_that_is_not_on_the_union_market_supersedes_none(base_content: Path) -> None:
    elsewhere = "union_market_date: {state: not_applicable, reason: Only offered outside of the Union.}"
    model = releases(base_content, "union_market_date: 2026-03-10", elsewhere)
    assert [r.state(TODAY) for r in model.releases] == ["current", "not_on_union_market"]
    assert model.latest(TODAY) is model.releases[0]
    assert [r.id for r in model.offered(TODAY)] == ["1.0"]


def test_a_model_that_is_gone_shows_its_last_release(base_content: Path) -> None:
    model = releases(base_content, GONE)
    assert model.latest(TODAY) is None
    assert [r.id for r in model.offered(TODAY)] == ["1.0"]


def test_releases_come_in_the_order_of_their_sequence(base_content: Path) -> None:
    releases(base_content, "union_market_date: 2026-03-10", "union_market_date: 2026-03-20")
    for id_, old, new in (("1.0", 1, 3), ("2.0", 2, 1)):
        file = base_content / f"models/text/{id_}/release.yaml"
        file.write_text(
            file.read_text(encoding="utf-8").replace(f"sequence: {old}", f"sequence: {new}"), encoding="utf-8"
        )
    model = compose(check(base_content, TODAY)[0]).models[0]
    assert [r.id for r in model.releases] == ["2.0", "1.0"]


def test_a_document_knows_its_file(base_content: Path) -> None:
    release = releases(base_content, "union_market_date: 2026-03-10").releases[0]
    summary = release.documents["training-content-summary"]
    assert summary.file == base_content.resolve() / "models/text/1.0/training-content-summary.yaml"
