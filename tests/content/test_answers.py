"""What an answer says: its state, the conditions on it, what discloses nothing."""

from __future__ import annotations

import pytest

from gpai_portal.content.answers import Status
from gpai_portal.content.counting import discloses_nothing
from gpai_portal.content.law import is_legacy
from gpai_portal.content.reading import denied, read_answer, read_entry
from gpai_portal.schema import RELEASE, SUMMARY, load


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (None, Status.MISSING),
        (True, Status.ANSWERED),
        (False, Status.ANSWERED),
        ({"value": False, "as_stated": "No."}, Status.ANSWERED),
        ({"state": "not_disclosed", "reason": "x"}, Status.NOT_DISCLOSED),
        ({"state": "none"}, Status.NONE),
        ({"state": "unanswered"}, Status.UNANSWERED),
        ({"as_stated": "Other (see below)"}, Status.AS_STATED),
    ],
)
def test_states_of_an_answer(raw: object, status: Status) -> None:
    field = load(SUMMARY).find("sources.public.used")
    assert field is not None
    assert read_answer(field, raw).status is status


def test_a_no_is_told_as_the_reason_and_never_derived_from_absence() -> None:
    field = load(SUMMARY).find("sources.crawled")
    assert field is not None

    def crawlers(data: dict[str, object]) -> tuple[Status, bool]:
        entry = next(e for e in read_entry(field, data).entries if e.field.key == "crawlers")
        return entry.answer.status, entry.required

    assert crawlers({"used": False}) == (Status.NOT_APPLICABLE, False)
    assert crawlers({"used": True}) == (Status.MISSING, True)
    assert crawlers({"used": {"value": True, "as_stated": "Yes, ..."}}) == (Status.MISSING, True)
    assert crawlers({"used": {"as_stated": "Other"}}) == (Status.MISSING, True)
    assert crawlers({}) == (Status.MISSING, True)
    assert crawlers({"used": {"state": "not_readable"}}) == (Status.NOT_READABLE, False)


def test_one_no_of_two_is_no_denial() -> None:
    field = load(SUMMARY).find("sources.user")
    assert field is not None
    (condition,) = field.conditions

    def is_denied(data: dict[str, object]) -> bool:
        return denied(condition, read_entry(field, data).by_key or {})

    assert is_denied({"model_interactions": False, "other_services": False})
    assert not is_denied({"model_interactions": False})
    assert not is_denied({"model_interactions": False, "other_services": {"state": "not_readable"}})


def test_web_content_without_a_crawler_needs_domains_too() -> None:
    field = load(SUMMARY).find("sources.crawled")
    assert field is not None
    entries = {e.field.key: e for e in read_entry(field, {"used": False, "without_crawler": True}).entries}
    assert entries["top_domains"].required
    assert entries["top_domains"].answer.status is Status.MISSING
    assert entries["crawlers"].answer.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("raw", "legacy"),
    [
        ("2025-08-01", True),
        ("2025-08-02", False),
        ("2025-07", True),
        ("2025-08", False),
        ("2025", False),
        ("2024", True),
        ({"value": "2025-07-31", "qualifier": "not_after"}, True),
        ({"value": "2025-05-01", "qualifier": "not_before"}, False),
        ({"state": "unanswered"}, False),
        (None, False),
    ],
)
def test_an_inexact_market_date_grants_no_delay(raw: object, legacy: bool) -> None:
    field = load(RELEASE).find("union_market_date")
    assert field is not None
    assert is_legacy(read_answer(field, raw)) is legacy


@pytest.mark.parametrize(
    ("path", "raw", "gap"),
    [
        ("sources.public.large", {"state": "none"}, False),
        ("sources.crawled.crawlers", {"state": "none"}, True),
        ("sources.crawled.purposes", {"state": "not_applicable", "reason": "We have none."}, True),
        ("sources.public.used", {"state": "none"}, True),
        ("general.characteristics.modalities", [{"modality": "text", "size": {"state": "not_disclosed"}}], True),
        ("general.characteristics.modalities", [{"modality": "text", "size": {"band": "mid"}}], False),
        ("general.model.union_market_date", [{"model": "A", "date": {"state": "unanswered"}}], True),
        ("general.model.union_market_date", [{"model": "A", "date": {"state": "none"}}], True),
        ("general.model.union_market_date", [{"model": "A", "date": {"state": "not_applicable"}}], False),
        ("sources.crawled.top_domains", {"value": [{"domain": ".com"}, "co.uk"], "total": 3}, True),
        ("sources.crawled.top_domains", [{"domain": "agencies.example", "scope": "suffix"}], True),
        ("sources.crawled.top_domains", [{"domain": ".com", "scope": "suffix"}, "news.example"], False),
        ("sources.crawled.top_domains", {"value": [{"domain": ".com"}], "file": "domains.txt"}, False),
    ],
)
def test_a_gap_in_a_row_or_an_absence_that_is_no_answer_discloses_nothing(path: str, raw: object, gap: bool) -> None:
    field = load(SUMMARY).find(path)
    assert field is not None
    assert discloses_nothing(field, read_answer(field, raw)) is gap
