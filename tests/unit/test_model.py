"""What the content means: states of answers, conditions, composition, states of releases."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.answers import Status, discloses_nothing, read_answer, read_entry
from gpai_portal.content.composition import compose
from gpai_portal.content.law import is_legacy
from gpai_portal.content.model import Disclosures
from gpai_portal.content.obligations import Applies, duties
from gpai_portal.schema import FORM, SUMMARY, load
from gpai_portal.site.portal import Portal

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def sample() -> Disclosures:
    content, report = check(ROOT / "content", TODAY)
    assert report.errors == []
    return compose(content)


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
    assert crawlers({"used": {"as_stated": "Other"}}) == (Status.MISSING, False)
    assert crawlers({}) == (Status.MISSING, False)


def test_web_content_without_a_crawler_needs_domains_too() -> None:
    field = load(SUMMARY).find("sources.crawled")
    assert field is not None
    entries = {e.field.key: e for e in read_entry(field, {"used": False, "without_crawler": True}).entries}
    assert entries["top_domains"].required
    assert entries["top_domains"].answer.status is Status.MISSING
    assert entries["crawlers"].answer.status is Status.NOT_APPLICABLE


def test_composition_puts_facts_where_the_form_asks_for_them(sample: Disclosures) -> None:
    release = next(r for r in sample.releases if r.key == "skrift/2.0")
    general = release.documents[SUMMARY].data["general"]
    assert list(general) == ["provider", "model", "characteristics"]
    assert general["provider"]["name_and_contact"]["name"] == "Skriftvang ApS"
    assert [row["name"] for row in general["model"]["versioned_names"]] == release.versioned_names
    assert general["model"]["union_market_date"] == [{"model": "Skrift 2.0", "date": "2026-03-10"}]


def test_a_document_that_covers_releases_is_theirs_too(tmp_path: Path) -> None:
    content_folder = tmp_path / "content"
    shutil.copytree(ROOT / "tests/examples/base/content", content_folder)
    other = content_folder / "models/text/1.1"
    other.mkdir()
    text = (content_folder / "models/text/1.0/release.yaml").read_text(encoding="utf-8")
    other.joinpath("release.yaml").write_text(
        text.replace("Text 1.0", "Text 1.1").replace("sequence: 1", "sequence: 2"), encoding="utf-8"
    )
    summary = content_folder / "models/text/1.0/training-content-summary.yaml"
    summary.write_text(summary.read_text(encoding="utf-8") + "covers: [text/1.1]\n", encoding="utf-8")
    content, report = check(content_folder, TODAY)
    assert report.errors == []
    first, second = compose(content).releases
    assert first.documents[SUMMARY] is second.documents[SUMMARY]
    model = first.documents[SUMMARY].data["general"]["model"]
    assert [row["model"] for row in model["union_market_date"]] == ["Text 1.0", "Text 1.1"]
    assert [row["name"] for row in model["versioned_names"]] == ["Text 1.0-7B", "Text 1.1-7B"]
    assert model["dependencies"]["state"] == "not_applicable"
    # Where they differ, each release keeps its own, and a true "not applicable" is no gap.
    other.joinpath("release.yaml").write_text(
        other.joinpath("release.yaml")
        .read_text(encoding="utf-8")
        .replace(
            "dependencies: {state: not_applicable, reason: Trained from scratch.}",
            "dependencies: [{name: Other 1, relation: fine_tuning}]",
        ),
        encoding="utf-8",
    )
    content, _ = check(content_folder, TODAY)
    document = compose(content).releases[0].documents[SUMMARY]
    assert [row.get("relation") for row in document.data["general"]["model"]["dependencies"]] == [None, "fine_tuning"]
    assert document.tally.undisclosed == 0


@pytest.mark.parametrize(
    ("day", "states"),
    [
        (date(2025, 5, 1), {"skrift/1.0": "planned", "skrift/2.0": "planned"}),
        (date(2025, 6, 1), {"skrift/1.0": "current", "skrift/2.0": "planned"}),
        (date(2026, 6, 1), {"skrift/1.0": "superseded", "skrift/2.0": "current"}),
    ],
)
def test_states_of_releases_follow_the_day(sample: Disclosures, day: date, states: dict[str, str]) -> None:
    assert {r.key: r.state(day) for r in sample.releases if r.key in states} == states


def test_a_model_on_the_market_before_chapter_v_is_legacy(sample: Disclosures) -> None:
    legacy = {r.key: r.is_legacy for r in sample.releases}
    assert legacy == {"blik/1.0": False, "skrift/1.0": True, "skrift/2.0": False}


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
    assert is_legacy(raw) is legacy


def test_a_duty_is_due_as_exactly_as_the_market_date_is_given(tmp_path: Path) -> None:
    content_folder = tmp_path / "content"
    shutil.copytree(ROOT / "tests/examples/base/content", content_folder)
    file = content_folder / "models/text/1.0/release.yaml"
    text = file.read_text(encoding="utf-8")
    assert "union_market_date: 2026-03-10" in text
    file.write_text(text.replace("union_market_date: 2026-03-10", "union_market_date: 2026-03"), encoding="utf-8")
    portal = Portal.load(content_folder, TODAY)
    html = portal.render(portal.pages["models/text/1.0/obligations/"]).body
    assert "Applies from: March 2026." in html
    assert "1 March 2026" not in html
    index = json.loads(dict(portal.files())["gpai-transparency.json"])  # type: ignore[arg-type]
    assert index["models"][0]["releases"][0]["union_market_date"] == "2026-03"


def test_what_is_not_declared_is_not_told_as_a_no(tmp_path: Path) -> None:
    content, _ = check(ROOT / "tests/cases/smollm3-3b/content", TODAY)
    portal = compose(content)
    found = {d.id: d.applies for d in duties(portal.releases[0], portal.provider)}
    assert found["notification"] is Applies.UNDECLARED
    assert found["systemic-risk"] is Applies.UNDECLARED
    assert found["training-content-summary"] is Applies.YES


def test_duties_are_never_switched_off_by_a_licence(sample: Disclosures) -> None:
    by_key = {r.key: {d.id: d for d in duties(r, sample.provider)} for r in sample.releases}
    open_model, legacy = by_key["blik/1.0"], by_key["skrift/1.0"]
    assert open_model["technical-documentation"].applies is Applies.CLAIMED_EXEMPT
    assert open_model["downstream-information"].applies is Applies.CLAIMED_EXEMPT
    assert open_model["copyright-policy"].applies is Applies.YES
    assert open_model["training-content-summary"].applies is Applies.YES
    assert open_model["notification"].applies is Applies.NO
    assert open_model["authorised-representative"].applies is Applies.NO
    assert legacy["training-content-summary"].due == "2027-08-02"
    assert by_key["skrift/2.0"]["training-content-summary"].due == "2026-03-10"


def test_without_a_form_its_rows_still_say_who_may_have_them(tmp_path: Path) -> None:
    content_folder = tmp_path / "content"
    shutil.copytree(ROOT / "tests/examples/base/content", content_folder)
    (content_folder / "models/text/1.0/model-documentation.yaml").unlink()
    content, _ = check(content_folder, TODAY)
    document = compose(content).releases[0].documents[FORM]
    assert document.source is None
    assert document.data["general"]["legal_name"] == "Base SAS"
    # Nobody has written it, so there is no twin that would not fit its schema, and nothing that is owed.
    portal = Portal.load(content_folder, TODAY)
    page = portal.pages["models/text/1.0/documentation/"]
    assert (page.twin, document.tally.required) == ("", 0)
    assert "models/text/1.0/documentation.json" not in dict(portal.files())
    rendered = portal.render(page)
    assert "No answer given" not in rendered.body[: rendered.body.index('id="general"')]
    assert "encoding" not in rendered.head
    assert ".json" not in rendered.body


def test_the_tally_counts_what_is_not_disclosed(sample: Disclosures) -> None:
    assert sample.tally.undisclosed == 1
    assert sample.tally.required > 100


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
    ],
)
def test_a_gap_in_a_row_or_an_absence_that_is_no_answer_discloses_nothing(path: str, raw: object, gap: bool) -> None:
    field = load(SUMMARY).find(path)
    assert field is not None
    assert discloses_nothing(field, read_answer(field, raw)) is gap


def test_a_document_of_several_releases_counts_once(tmp_path: Path) -> None:
    content, _ = check(ROOT / "tests/cases/apertus/content", TODAY)
    apertus = compose(content)
    documents = {id(d): d for r in apertus.releases for d in r.documents.values()}
    assert len(apertus.releases) == 4
    assert apertus.policy is not None
    assert apertus.tally.required == sum(d.tally.required for d in documents.values()) + apertus.policy.tally.required
