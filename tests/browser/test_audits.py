"""Lighthouse on each kind of page, and the Nu Html Checker on all that is built: what others would measure."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.browser.problems import fail_on

pytestmark = [pytest.mark.browser, pytest.mark.long]

TOOLS = Path(__file__).parent / "audits" / "node_modules"
KINDS = [
    "",
    "models/skrift/",
    "models/skrift/2.0/",
    "models/skrift/2.0/training-content/",
    "models/skrift/2.0/documentation/",
    "models/skrift/2.0/training-content/changes/",
    "models/skrift/2.0/obligations/",
    "copyright/",
    "copyright/complaints/",
    "domains/",
    "downstream/",
    "changes/",
]
CATEGORIES = ("accessibility", "best-practices", "seo")
#: What Material writes: switches that may not have the attribute, and a label of a menu that is not there.
THEIRS = ("Attribute “autocomplete” is only allowed when", "The value of the “for” attribute of the “label” element")


@pytest.fixture(autouse=True)
def _tools() -> None:
    if not TOOLS.is_dir():
        pytest.fail("Lighthouse and vnu are missing; run: sh tests/browser/setup.sh engines", pytrace=False)


@pytest.mark.parametrize("address", KINDS)
def test_lighthouse_finds_nothing(base: str, tmp_path: Path, address: str) -> None:
    found = tmp_path / "report.json"
    done = subprocess.run(
        [
            "node",
            TOOLS / "lighthouse/cli/index.js",
            f"{base}ai-act/{address}",
            "--quiet",
            f"--only-categories={','.join(CATEGORIES)}",
            "--output=json",
            f"--output-path={found}",
            "--chrome-flags=--headless=new --no-sandbox",
        ],
        env=os.environ | {"CHROME_PATH": chromium.path()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    failed = {audit["title"]: audit.get("details") for audit in report["audits"].values() if audit["score"] == 0}
    assert {name: report["categories"][name]["score"] for name in CATEGORIES} == dict.fromkeys(CATEGORIES, 1), failed


def test_html_is_valid(www: Path) -> None:
    command = ["java", "-jar", TOOLS / "vnu-jar/build/dist/vnu.jar", "--format", "json", "--skip-non-html"]
    done = subprocess.run([*command, www / "ai-act"], capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    assert messages, "it says at least what it cannot know of our policy"
    fail_on(
        [
            f"{message.get('url', '')}: {message['message']} {message.get('extract', '')}"
            for message in messages
            if message["type"] != "info" and not message["message"].startswith(THEIRS)
        ]
    )
