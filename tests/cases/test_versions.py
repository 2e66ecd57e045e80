"""Real summaries in several versions go through `publish`, and `compare` names exactly what changed.

``changes.yaml`` of a case lists the days of its versions, in order, with what differs from the one before and with the
version and date that it kept, if it kept both. What was otherwise on a day lies in ``versions/``; without a folder of
its own, a day is that of ``content/``.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import run

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/changes.yaml"))


@dataclass(frozen=True)
class Portal:
    """A portal that has published the versions of one document, and what it said when they were published."""

    content: Path
    document: str
    versions: list[dict[str, Any]]
    refused: dict[str, str]

    def compare(self, old: str, new: str) -> list[dict[str, Any]]:
        """What differs, beside where the transcriber had the two versions from."""
        sides = (f"{self.document}{old}", f"{self.document}{new}")
        command = ("gpai_portal.cli", "compare", "--content", str(self.content), *sides, "--format", "json")
        done = run(*command, cwd=self.content)
        assert done.returncode == 0, done.stderr
        changes = [change for document in json.loads(done.stdout)["documents"] for change in document["changes"]]
        return [change for change in changes if change["field"] != "transcription"]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def portal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Portal:
    case = Path(request.param)
    expected = yaml.load((case / "changes.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    content = tmp_path_factory.mktemp("versions") / "content"
    shutil.copytree(case / "content", content)
    refused = {}
    for version in expected["versions"]:
        files = case / "versions" / version["day"]
        shutil.copytree(files if files.exists() else case / "content", content, dirs_exist_ok=True)
        words = ("--content", str(content), "--as-of", version["day"], "--reason", f"As found on {version['day']}")
        done = run("gpai_portal.cli", "publish", *words, cwd=content)
        if done.returncode:
            refused[version["day"]] = done.stderr
            done = run("gpai_portal.cli", "publish", *words, "--editorial", cwd=content)
        assert done.returncode == 0, done.stderr
    return Portal(content, expected["document"], expected["versions"], refused)


def test_each_version_is_a_revision(portal: Portal) -> None:
    assert len(list((portal.content / "records").glob("*.json"))) == len(portal.versions) == 3
    last = portal.versions[-1]["day"]
    assert portal.compare(f"@{last}", "@r3") == []


def test_what_changed_is_named_and_nothing_else(portal: Portal) -> None:
    for number, version in enumerate(portal.versions[1:], start=2):
        changes = portal.compare(f"@r{number - 1}", f"@r{number}")
        assert [change["field"] for change in changes] == [expected["field"] for expected in version["changes"]]
        texts = [json.dumps(change, ensure_ascii=False) for change in changes]
        assert [e for e, text in zip(version["changes"], texts, strict=True) if e["words"] not in text] == []


def test_another_text_under_the_same_version_and_date_is_refused(portal: Portal) -> None:
    assert list(portal.refused) == [version["day"] for version in portal.versions if "kept" in version]
    assert all("give it a new version or last_update" in message for message in portal.refused.values())
