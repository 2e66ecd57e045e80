"""A release that begins with the documents of an older one: what is kept, what is asked for again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.content.carrying import carry_over
from gpai_portal.errors import UsageError
from tests.conftest import ROOT

RELEASE = """\
# Ours.
name: Text 1.0 # as on the web
sequence: 1
versioned_names: [{name: Text 1.0-7B}]
dependencies: {state: not_applicable, reason: Trained from scratch.}
release_date: 2026-05-04

# Kept above the next field.
union_market_date:
  value: 2026-05
  qualifier: about
licence:
  name: Example Licence
withdrawn:
  date: 2026-09-01
  reason: Replaced.
art_53_2: {claimed: false}
systemic_risk: {status: "no"}
"""


def carried(tmp_path: Path, summary: str, release: str = RELEASE) -> tuple[str, str]:
    """Texts of release.yaml and of the summary of release 2.0, begun from 1.0."""
    origin = tmp_path / "content/models/text/1.0"
    origin.mkdir(parents=True)
    (origin / "release.yaml").write_text(release, encoding="utf-8")
    (origin / "training-content-summary.yaml").write_text(summary, encoding="utf-8")
    carry_over("text", "2.0", "1.0", tmp_path / "content")
    place = origin.parent / "2.0"
    return tuple((place / f"{n}.yaml").read_text(encoding="utf-8") for n in ("release", "training-content-summary"))  # type: ignore[return-value]


def test_what_was_true_of_the_older_release_only_is_left_open(tmp_path: Path) -> None:
    release, _ = carried(tmp_path, "version: '1'\n")
    assert (
        release
        == """\
# Ours.
name: # in 1.0: Text 1.0 # as on the web
sequence: # in 1.0: 1
versioned_names: # in 1.0: [{name: Text 1.0-7B}]
dependencies: {state: not_applicable, reason: Trained from scratch.}
release_date: # in 1.0: 2026-05-04

# Kept above the next field.
union_market_date: # in 1.0:
#   value: 2026-05
#   qualifier: about
licence:
  name: Example Licence
# in 1.0:
# withdrawn:
#   date: 2026-09-01
#   reason: Replaced.
art_53_2: {claimed: false}
systemic_risk: {status: "no"}
"""
    )


def test_keys_in_quotes_and_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    """A file as an editor on Windows writes it."""
    origin = tmp_path / "content/models/text/1.0"
    origin.mkdir(parents=True)
    text = """'release_date' : 2026-05-04\n"union_market_date": {value: 2026-05}\nchanges: |\n  Faster.\nother: x\n"""
    (origin / "release.yaml").write_bytes(text.replace("\n", "\r\n").encode())
    carry_over("text", "2.0", "1.0", tmp_path / "content")
    assert (origin.parent / "2.0/release.yaml").read_bytes().decode() == (
        "'release_date' : # in 1.0: 2026-05-04\n"
        '"union_market_date": # in 1.0: {value: 2026-05}\n'
        "# in 1.0:\n"
        "# changes: |\n"
        "#   Faster.\n"
        "other: x\n"
    ).replace("\n", "\r\n")


@pytest.mark.parametrize("old", ["../other/1.0", "", "1.0/."])
def test_the_older_release_is_one_of_the_same_model(tmp_path: Path, old: str) -> None:
    for place in ("text/1.0", "other/1.0"):
        (tmp_path / "content/models" / place).mkdir(parents=True)
        (tmp_path / "content/models" / place / "release.yaml").write_text(RELEASE, encoding="utf-8")
    with pytest.raises(UsageError):
        carry_over("text", "2.0", old, tmp_path / "content")
    assert not (tmp_path / "content/models/text/2.0").exists()


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("{general: {characteristics: {continuous_training: false}}}", ...),
        (
            "general:\n  characteristics:\n    modalities:\n    - {modality: text, size: {band: mid}}\n",
            {"general": {"characteristics": {"modalities": None}}},
        ),
        (
            "general:\n  characteristics:\n    modalities:\n    - size: {band: mid}\n      modality: text\n"
            "    - modality: image\n      size:\n      - band: gt\n        quantity: '1'\n      "
            "types_of_content: photos",
            {
                "general": {
                    "characteristics": {
                        "modalities": [
                            {"size": None, "modality": "text"},
                            {"modality": "image", "size": None, "types_of_content": "photos"},
                        ]
                    }
                }
            },
        ),
        (
            "sources:\n  public:\n    large:\n    - {name: A, start: 1996-01, end: 2025-06}\n"
            "  crawled:\n    period: {from: 2024-01}\n",
            {
                "sources": {
                    "public": {"large": [{"name": "A", "start": "1996-01", "end": "2025-06"}]},
                    "crawled": {"period": None},
                }
            },
        ),
        (
            "coverage_note: |\n  One.\n\n  # Two.\nversion: >-\n  1\n  2\nlast_update: 2026-05\r\n",
            {"version": None, "last_update": None},
        ),
    ],
    ids=["nothing", "a row on one line", "sizes", "days of datasets stay", "blocks"],
)
def test_every_way_of_writing_is_carried_over(tmp_path: Path, written: str, left: Any) -> None:
    _, summary = carried(tmp_path, written)
    base = yaml.BaseLoader  # dates stay text

    def nothing(value: Any) -> Any:
        """BaseLoader reads an open answer as an empty text."""
        if isinstance(value, dict):
            return {key: nothing(one) for key, one in value.items()}
        return [nothing(one) for one in value] if isinstance(value, list) else value or None

    assert nothing(yaml.load(summary, base)) == (nothing(yaml.load(written, base)) if left is ... else left)


def test_what_is_open_already_is_not_asked_for_again(tmp_path: Path) -> None:
    text = "name:\nsequence: 1\nrelease_date:\nwithdrawn:\n"
    release, summary = carried(tmp_path, "version:\nlast_update:\n", text)
    assert release == "name:\nsequence: # in 1.0: 1\nrelease_date:\n# in 1.0:\n# withdrawn:\n"
    assert summary == "version:\nlast_update:\n"


def test_the_sample_goes_on(tmp_path: Path) -> None:
    """Lists in files of their own come along, and the older release stays as it was."""
    shutil.copytree(ROOT / "content/models", tmp_path / "models")
    releases = [file.parent for file in sorted((tmp_path / "models").glob("*/*/release.yaml"))]
    for origin in releases:
        before = {file.name: file.read_bytes() for file in origin.iterdir()}
        done = carry_over(origin.parent.name, "9.0", origin.name, tmp_path)
        after = {file.name for file in (origin.parent / "9.0").iterdir()}
        assert after == before.keys() == {file.name for file, _ in done} | {n for n in after if not n.endswith(".yaml")}
        assert all(number > 0 for _, number in done)
        assert {file.name: file.read_bytes() for file in origin.iterdir()} == before
        shutil.rmtree(origin.parent / "9.0")


@pytest.mark.parametrize(
    ("model", "new", "old", "message"),
    [
        ("text", "2.0", "1.9", r"there is no release 'text/1.9' \(there are: 1.0\)"),
        ("txt", "2.0", "1.0", "there is no release 'txt/1.0'"),
        ("text", "1.0", "1.0", "'1.0' is the older release itself"),
        ("text", "../2", "1.0", "cannot be part of a web address"),
    ],
)
def test_wrong_use_writes_nothing(tmp_path: Path, model: str, new: str, old: str, message: str) -> None:
    origin = tmp_path / "models/text/1.0"
    origin.mkdir(parents=True)
    (origin / "release.yaml").write_text(RELEASE, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        carry_over(model, new, old, tmp_path)
    assert [p.name for p in (tmp_path / "models/text").iterdir()] == ["1.0"]


def test_a_file_on_one_line_is_left_to_its_authors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be carried over"):
        carried(tmp_path, "{general: {characteristics: {latest_acquisition: 2026-02, continuous_training: false}}}")
    assert [p.name for p in (tmp_path / "content/models/text").iterdir()] == ["1.0"]


def test_a_file_that_cannot_be_read_stops_all_of_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"training-content-summary.yaml:2:.*nothing was written"):
        carried(tmp_path, "version: [\n")
    assert [p.name for p in (tmp_path / "content/models/text").iterdir()] == ["1.0"]
