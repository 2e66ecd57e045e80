"""Who is asked for earlier versions: whoever names a later one, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.codes import Code
from gpai_portal.content.folder import Published
from tests.publication.chains import DAY, POLICY, SUMMARY, edit

NONE = "previous_versions: {state: none}"


def is_asked(content: Path, key: str = SUMMARY, *published: str) -> bool:
    """Whether earlier versions are asked for in a document, of which some versions were published."""
    before = {key: [Published({"version": version, "last_update": "2026-01-01"}, "en") for version in published]}
    _, report = check(content, DAY, before)
    assert report.errors == []
    found = [problem.file for problem in report if problem.code is Code.PREVIOUS_VERSIONS_MISSING]
    assert set(found) <= {f"content/{key}.yaml"}
    return bool(found)


@pytest.mark.parametrize(
    "label",
    ["1", "1.0", "1.0.0", "v1", "V.1", "v 1.0", "#1", "Version #1", "Version 1.0 (first)", "0.9", "2026-05", "Initial",
     "20260501", "May 2026"],
)  # fmt: skip
def test_a_first_version_has_no_earlier_one(content: Path, label: str) -> None:
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', f'version: "{label}"')
    assert not is_asked(content)


@pytest.mark.parametrize("label", ["2", "1.1", "v2", "V.2.0", "#3", "Version #2", "1.0.1", "2nd edition"])
def test_a_later_version_has_one(content: Path, label: str) -> None:
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', f'version: "{label}"')
    assert is_asked(content)
    edit(content, f"{SUMMARY}.yaml", NONE, 'previous_versions: [{version: "1", url: "https://base.example/1"}]')
    assert not is_asked(content)


def test_what_was_published_here_is_known(content: Path) -> None:
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.1"')
    assert is_asked(content)
    assert is_asked(content, SUMMARY, "1.1"), "it was the first to be published here, and not the first there was"
    assert not is_asked(content, SUMMARY, "1.0")
    assert not is_asked(content, SUMMARY, "1.0", "1.1")
    edit(content, f"{SUMMARY}.yaml", NONE, "previous_versions: {state: not_applicable, reason: None before.}")
    assert not is_asked(content, SUMMARY, "1.0")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("models/text/1.0/release.yaml", "name: Text 1.0\n", "name: Text 1.5\n"),
        ("models/text/1.0/release.yaml", "{name: Text 1.0-7B", "{name: text-v1.5-7b"),
        ("models/text/model.yaml", "name: Text", "name: Text 1.5"),
    ],
)
def test_the_first_summary_of_model_1_5_may_call_itself_1_5(content: Path, file: str, old: str, new: str) -> None:
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.5"')
    assert is_asked(content)
    edit(content, file, old, new)
    assert not is_asked(content)


def test_a_size_is_no_version(content: Path) -> None:
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "7"')
    assert is_asked(content), "the model is called Text 1.0-7B"


def test_a_policy_is_about_no_release(content: Path) -> None:
    edit(content, "copyright-policy.yaml", 'version: "1.0"', 'version: "1.1"')
    assert is_asked(content, POLICY)
    assert not is_asked(content, POLICY, "1.0")
