"""States of releases on a day, and what a portal discloses in numbers."""

from __future__ import annotations

from datetime import date

import pytest

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
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
