"""Documents as readers see them: put together from the files that each say a part."""

from __future__ import annotations

from pathlib import Path

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
from gpai_portal.schema import POLICY, SUMMARY
from tests.content.conftest import TODAY


def test_composition_puts_facts_where_the_form_asks_for_them(sample: Disclosures) -> None:
    release = next(r for r in sample.releases if r.key == "skrift/2.0")
    general = release.documents[SUMMARY].data["general"]
    assert list(general) == ["provider", "model", "characteristics"]
    assert general["provider"]["name_and_contact"]["name"] == "Skriftvang ApS"
    assert [row["name"] for row in general["model"]["versioned_names"]] == release.versioned_names
    assert general["model"]["union_market_date"] == [{"model": "Skrift 2.0", "date": "2026-03-10"}]


def test_a_document_that_covers_releases_is_theirs_too(base_content: Path) -> None:
    other = base_content / "models/text/1.1"
    other.mkdir()
    text = (base_content / "models/text/1.0/release.yaml").read_text(encoding="utf-8")
    other.joinpath("release.yaml").write_text(
        text.replace("Text 1.0", "Text 1.1").replace("sequence: 1", "sequence: 2"), encoding="utf-8"
    )
    summary = base_content / "models/text/1.0/training-content-summary.yaml"
    summary.write_text(summary.read_text(encoding="utf-8") + "covers: [text/1.1]\n", encoding="utf-8")
    content, report = check(base_content, TODAY)
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
    content, _ = check(base_content, TODAY)
    document = compose(content).releases[0].documents[SUMMARY]
    assert [row.get("relation") for row in document.data["general"]["model"]["dependencies"]] == [None, "fine_tuning"]
    assert document.tally.undisclosed == 0


def test_a_form_that_nobody_wrote_is_no_document(base_content: Path) -> None:
    (base_content / "models/text/1.0/model-documentation.yaml").unlink()
    content, _ = check(base_content, TODAY)
    disclosures = compose(content)
    assert list(disclosures.releases[0].documents) == [SUMMARY]
    assert [document.kind for document in disclosures.all_documents] == [POLICY, SUMMARY]


def test_a_fact_that_is_not_there_is_no_part_of_a_contact(base_content: Path) -> None:
    file = base_content / "provider.yaml"
    text = file.read_text(encoding="utf-8").replace("email: contact@base.example", "email: {state: unanswered}")
    text += 'transcription: {source: "https://a.example/", retrieved: 2026-11-20}\n'
    file.write_text(text, encoding="utf-8")
    content, _ = check(base_content, TODAY)
    document = compose(content).releases[0].documents[SUMMARY]
    assert set(document.data["general"]["provider"]["name_and_contact"]) == {"name", "address", "url"}
