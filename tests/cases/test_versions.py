"""A real summary in its three versions goes through `publish`, and `compare` names exactly what changed.

``earlier/`` has the files that were otherwise, one folder for each day; ``content/`` is the latest version.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import run

CASE = Path(__file__).parent / "smollm3-3b"
SUMMARY = "smollm3-3b/1/training-content-summary"
#: Day of each version, as the first two were committed and the third was archived.
DAYS = ("2025-07-24", "2025-07-25", "2025-11-12")


def publish(content: Path, day: str, *options: str) -> str:
    """Publishes the version of a day; returns what was refused, if anything was."""
    earlier = CASE / "earlier" / day
    shutil.copytree(earlier if earlier.exists() else CASE / "content", content, dirs_exist_ok=True)
    reason = ("--as-of", day, "--reason", f"As found on {day}")
    return run("gpai_portal.cli", "publish", "--content", str(content), *reason, *options, cwd=content).stderr


def compare(content: Path, old: str, new: str) -> list[dict[str, Any]]:
    """What differs, beside where the transcriber had the two versions from."""
    command = ("gpai_portal.cli", "compare", "--content", str(content), f"{SUMMARY}{old}", f"{SUMMARY}{new}")
    done = run(*command, "--format", "json", cwd=content)
    assert done.returncode == 0, done.stderr
    changes = [change for document in json.loads(done.stdout)["documents"] for change in document["changes"]]
    return [change for change in changes if change["field"] != "transcription"]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal that has published all three versions."""
    folder = tmp_path_factory.mktemp("versions") / "content"
    shutil.copytree(CASE / "content", folder)
    assert publish(folder, DAYS[0]) == publish(folder, DAYS[1]) == ""
    # The page of November 2025 still says "v1.0" and "25/07/2025", and names no representative any more.
    assert "give it a new version or last_update" in publish(folder, DAYS[2])
    assert publish(folder, DAYS[2], "--editorial") == ""
    return folder


def test_each_version_is_a_revision(content: Path) -> None:
    assert len(list((content / "records").iterdir())) == 3
    assert compare(content, "@r3", "") == []


STEPS = yaml.safe_load((CASE / "changes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"r{step['from']} to r{step['to']}")
def test_what_changed_is_named_and_nothing_else(content: Path, step: dict[str, Any]) -> None:
    changes = compare(content, f"@r{step['from']}", f"@r{step['to']}")
    assert [change["field"] for change in changes] == [expected["field"] for expected in step["changes"]]
    missing = [e for e, c in zip(step["changes"], changes, strict=True) if e["words"] not in json.dumps(c)]
    assert missing == []
