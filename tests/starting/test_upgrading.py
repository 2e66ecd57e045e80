"""The steps of the guide's page on upgrading, taken by a portal that an older version built, published and sealed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.following import Terminal, follow

#: The last version before records of format 2, signed sets and `new portal`.
OLD = "4ed34ab"
PAGE = (ROOT / "docs/pages/upgrading.md").read_text(encoding="utf-8")
STEPS, _, SEALED = PAGE.partition("## Sealed sets of format 1")


def part(title: str) -> str:
    """A numbered step of the page."""
    found = re.search(rf"^\*\*{title}(.*?)(?=^\*\*\d|^Remove )", STEPS, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.long
def test_an_old_portal_is_upgraded_by_the_steps_of_the_page(tmp_path: Path) -> None:
    there = subprocess.run(["git", "cat-file", "-e", f"{OLD}^{{commit}}"], cwd=ROOT, check=False).returncode == 0
    if not there:
        pytest.skip("the history of this repository is not here")
    (tmp_path / "gpai-portal").symlink_to(ROOT)
    terminal = Terminal(tmp_path, ours=False)
    terminal.run(f"mkdir old portal && git -C gpai-portal archive {OLD} | tar -x -C old")
    terminal.run("cp -r old/content old/mkdocs.yml portal/ && cp -r old/tests/sample/private portal/private")
    terminal.run("cd portal && python3 -m venv .venv && . .venv/bin/activate && pip install --quiet ../old")
    terminal.run("git init --quiet && printf '.venv/\\nprivate/\\nsite/\\n' > .gitignore")
    # The old version corrects, publishes and seals.
    policy = terminal.folder / "content/copyright-policy.yaml"
    policy.write_text(re.sub(r"^version: .*", 'version: "9"', policy.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    terminal.run('gpai-portal publish --reason "A new version"')
    terminal.run("rm -r content/sealed private/section.json\ngpai-portal seal")
    terminal.run("mkdocs build --strict --quiet\ngit add -A\ngit commit --quiet -m Old")
    assert "gpai-portal-sealed-1" in (terminal.folder / "content/sealed/manifest.json").read_text(encoding="utf-8")
    records = {file.name: file.read_bytes() for file in (terminal.folder / "content/records").glob("*.json")}
    assert all(b'"gpai-portal-record/1"' in record for record in records.values())

    for title in ("1. Install", "2. Take", "3. Check"):
        follow(terminal, part(title), install=True)
    assert "4 records" in terminal.run("gpai-portal verify")
    # Nothing but the sealed set keeps the build back.
    assert "has no signature" in terminal.run("mkdocs build --strict 2>&1", code=1)
    said = terminal.run("rm -r content/sealed\ngpai-portal seal")
    key = re.search(r"sealed_by: (\S+)", said)
    assert key
    config = terminal.folder / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("  - gpai-portal\n", f"  - gpai-portal:\n      sealed_by: {key[1]}\n"), "utf-8")
    follow(terminal, part("5. Build"), install=True)

    # Old records are as they were, revisions are on the site, and nothing became a draft.
    assert {file.name: file.read_bytes() for file in (terminal.folder / "content/records").glob("*.json")} == records
    assert "nothing to publish" in terminal.run("gpai-portal publish --reason x")
    assert (terminal.folder / "site/copyright/r1/index.html").is_file()
    assert "0 errors" in terminal.run("gpai-portal verify site")
    # A further record joins the old ones.
    policy.write_text(policy.read_text("utf-8").replace('version: "9"', 'version: "10"'), encoding="utf-8")
    terminal.run('gpai-portal publish --reason "Another version"')
    assert b'"gpai-portal-record/1"' not in (terminal.folder / "content/records/000005.json").read_bytes()
    assert "5 records" in terminal.run("gpai-portal verify")
    # A colleague has the same from the repository alone.
    terminal.run("git add -A\ngit commit --quiet -m New\ngit clone --quiet . ../clone\ncd ../clone")
    terminal.run("python3 -m venv .venv\n. .venv/bin/activate")
    terminal.run("pip install --quiet -r requirements.txt\nmkdocs build --strict --quiet")
    assert str(terminal.folder / ".venv") in terminal.run("python -c 'import gpai_portal; print(gpai_portal.__file__)'")
