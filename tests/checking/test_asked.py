"""``check`` says of an answer that it is counted if, and only if, the pages count it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
from gpai_portal.errors import Report
from tests.conftest import ROOT

PROVIDER = "provider.yaml"
RELEASE = "models/text/1.0/release.yaml"
SUMMARY = "models/text/1.0/training-content-summary.yaml"
FORM = "models/text/1.0/model-documentation.yaml"


def changed(folder: Path, *changes: tuple[str, str, str]) -> tuple[Disclosures, Report]:
    """The small portal of the examples as a transcription, with changes."""
    content = shutil.copytree(ROOT / "tests/examples/base/content", folder / "content")
    original = 'name: Base\ntranscription: {source: "https://a.example/", retrieved: 2026-11-20}\n'
    for file, old, new in ((PROVIDER, "name: Base\n", original), *changes):
        text = (content / file).read_text(encoding="utf-8")
        assert old in text
        (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found, report = check(content, date(2026, 11, 24))
    assert report.errors == []
    return compose(found), report


@pytest.mark.parametrize(
    ("file", "answer", "counted"),
    [
        (SUMMARY, "purposes: Training data.", True),
        (SUMMARY, 'version: "1.0"', True),
        (SUMMARY, 'size: {band: mid, quantity: "2e12", unit: tokens}', True),
        (SUMMARY, "scope: whole", False),
        (SUMMARY, "template: C(2025) 8311", False),
        (RELEASE, "union_market_date: 2026-03-10", True),
        (RELEASE, "dependencies: {state: not_applicable, reason: Trained from scratch.}", True),
        (RELEASE, "release_date: 2026-03-10", False),
        (RELEASE, "licence: {name: Apache 2.0}", False),
        (PROVIDER, "legal_name: Base SAS", False),
        (PROVIDER, "size: other", False),
        (FORM, "architecture: Decoder-only transformer.", False),
    ],
)
@pytest.mark.parametrize("state", ["{state: unanswered}", "{as_stated: Other}"])
def test_what_is_told_as_counted_is_counted(tmp_path: Path, file: str, answer: str, counted: bool, state: str) -> None:
    before, _ = changed(tmp_path / "before")
    key = answer.partition(": ")[0]
    new = f"{key}: {{name: {state}}}" if key == "licence" else f"{key}: {state}"
    after, report = changed(tmp_path / "after", (file, answer, new))
    more = after.tally.undisclosed - before.tally.undisclosed
    assert more == counted
    advice = [p.advice for p in report if p.code in {"unanswered", "odd-answer"}]
    assert len(advice) == 1
    assert ("counted" in advice[0]) is counted


REPRESENTATIVE = "authorised_representative: {state: not_applicable, reason: The provider is established in the Union.}"


@pytest.mark.parametrize(("country", "counted"), [("US", 1), ("FR", 0)])
def test_a_representative_is_asked_for_outside_the_union_only(tmp_path: Path, country: str, counted: int) -> None:
    """Art. 54: of a provider established in the Union that a row is left out is told nobody, and not counted."""
    where = (PROVIDER, "country: FR", f"country: {country}")
    before, _ = changed(tmp_path / "before", where)
    after, report = changed(
        tmp_path / "after", where, (PROVIDER, REPRESENTATIVE, "authorised_representative: {state: unanswered}")
    )
    assert after.tally.undisclosed - before.tally.undisclosed == counted
    assert [p.code for p in report] == ["unanswered"] * counted


def test_what_only_the_portal_asks_for_may_be_left_to_the_source(tmp_path: Path) -> None:
    _, report = changed(tmp_path, (RELEASE, "name: Apache 2.0", "name: {state: unanswered}"))
    (advice,) = (p.advice for p in report if p.code == "unanswered")
    assert advice.endswith("readers see this gap; if the original is no place for it, write {state: not_in_source}")


def test_a_fact_is_asked_for_where_a_summary_of_another_release_covers_it(tmp_path: Path) -> None:
    content = shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    other = shutil.copytree(content / "models/text/1.0", content / "models/text/2.0")
    (other / "training-content-summary.yaml").unlink()
    (other / "model-documentation.yaml").unlink()
    release = other / "release.yaml"
    text = release.read_text(encoding="utf-8").replace("sequence: 1", "sequence: 2")
    text = text.replace("union_market_date: 2026-03-10", "union_market_date: {state: not_in_source}")
    transcribed = 'transcription: {source: "https://a.example/", retrieved: 2026-11-20}\n'
    release.write_text(text + transcribed, encoding="utf-8")

    def codes() -> set[str]:
        _, report = check(content, date(2026, 11, 24))
        return {p.code for p in report if p.file.endswith("2.0/release.yaml")}

    assert "not-in-source" not in codes()
    summary = content / "models/text/1.0/training-content-summary.yaml"
    summary.write_text(summary.read_text(encoding="utf-8") + "covers: [text/2.0]\n", encoding="utf-8")
    assert "not-in-source" in codes()
