"""Both ways in which a provider works with drafts, in the repository of a new portal, with real git and builds.

The main branch is built as the shipped workflow builds it, with GPAI_PORTAL_STRICT; anything else without.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.starting.repository import Wanted, new_portal
from tests.conftest import ROOT, run
from tests.publication.chains import edit
from tests.reading import visible

SUMMARY = "models/text/1.0/training-content-summary"
DRAFT = "Draft, not published."

Build = Callable[[bool], subprocess.CompletedProcess[str]]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A new portal with the answers of the small one, of which nothing has been published yet."""
    folder = tmp_path / "portal"
    new_portal(folder, Wanted("Base", "https://base.example/portal/"))
    for name in ("provider.yaml", "copyright-policy.yaml"):
        shutil.copyfile(ROOT / "tests/examples/base/content" / name, folder / "content" / name)
    shutil.rmtree(folder / "content/models", ignore_errors=True)
    shutil.copytree(ROOT / "tests/examples/base/content/models", folder / "content/models")
    commit(folder, "A new portal")
    return folder


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@base.example", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


@pytest.fixture
def build(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    def built(strict: bool) -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("GPAI_PORTAL_STRICT", "true" if strict else "false")
        return run("mkdocs", "build", "--strict", cwd=repository)

    return built


def publish(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("gpai_portal.cli", "publish", *arguments, cwd=folder)


def summary(folder: Path) -> str:
    return visible((folder / "site/models/text/1.0/training-content/index.html").read_text(encoding="utf-8"))


def test_on_the_main_branch_what_is_committed_is_published_in_the_same_commit(repository: Path, build: Build) -> None:
    refused = build(True)
    assert refused.returncode == 1
    assert "strict_publication: 6 document(s) are not published as they stand, first copyright-policy" in refused.stderr
    assert "run: gpai-portal publish" in refused.stderr
    assert not (repository / "site").exists()
    assert publish(repository).returncode == 0
    commit(repository, "The first publication")
    assert build(True).returncode == 0
    assert DRAFT not in summary(repository)

    edit(repository / "content", f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.1"')
    commit(repository, "A new version, and nobody thought of publishing it")
    forgotten = build(True)
    assert forgotten.returncode == 1
    assert f"1 document(s) are not published as they stand, first {SUMMARY}; run: gpai-portal publish" in (
        forgotten.stderr
    )
    assert "version 1.0" in summary(repository), "the site of before stays"
    assert publish(repository, "--reason", "New version").returncode == 0
    commit(repository, "The record")
    assert build(True).returncode == 0


def test_a_release_of_which_nothing_else_is_complete_waits(repository: Path) -> None:
    assert publish(repository).returncode == 0
    new = repository / "content/models/image/1.0"
    shutil.copytree(repository / "content/models/text", new.parent)
    edit(new, "release.yaml", "name: Text 1.0\nseq", "name: Image 1.0\nseq")
    for name in ("training-content-summary.yaml", "model-documentation.yaml"):
        edit(new, name, "version:", "version: #")
    held = publish(repository)
    assert (held.returncode, "nothing to publish" in held.stdout) == (0, True), held.stderr
    assert (
        "left out, since nothing that belongs to it is complete yet: models/image/1.0/release, models/image/model"
    ) in held.stderr
    edit(new, "training-content-summary.yaml", "version: #", "version:")
    told = publish(repository)
    assert [name in told.stdout for name in ("image/1.0/release", "image/model", "image/1.0/training")] == [True] * 3
    assert "left out, since nothing" not in told.stderr


def test_on_a_branch_drafts_are_shown_and_published_at_the_end(repository: Path, build: Build) -> None:
    assert publish(repository).returncode == 0
    commit(repository, "The first publication")
    git(repository, "switch", "--quiet", "--create", "second-release")
    new = repository / "content/models/text/2.0"
    shutil.copytree(repository / "content/models/text/1.0", new)
    for file in new.iterdir():
        text = file.read_text(encoding="utf-8").replace("1.0", "2.0").replace("sequence: 1", "sequence: 2")
        file.write_text(text, encoding="utf-8")
    edit(new, "release.yaml", "licence: {name: Apache 2.0}", "licence:")
    commit(repository, "A draft of the second release")

    assert build(False).returncode == 0
    page = visible((repository / "site/models/text/2.0/index.html").read_text(encoding="utf-8"))
    assert f"{DRAFT} 1 field is still to be answered." in page
    assert "Text 1.0 current" in visible((repository / "site/models/text/index.html").read_text(encoding="utf-8"))
    refused = build(True)
    assert refused.returncode == 1
    assert "run: gpai-portal check, and answer what is open; publish leaves out 3 of them" in refused.stderr
    nothing = publish(repository)
    assert (nothing.returncode, "models/text/2.0/release" in nothing.stderr) == (0, True)
    assert "nothing to publish" in nothing.stdout
    assert len(list((repository / "content/records").glob("*.json"))) == 1

    edit(new, "release.yaml", "licence:", "licence: {name: Apache 2.0}")
    commit(repository, "The second release is complete")
    git(repository, "switch", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message", "The second release", "second-release")
    assert build(True).returncode == 1
    assert publish(repository).returncode == 0
    commit(repository, "The second publication")
    assert build(True).returncode == 0
    assert "Text 2.0 current" in visible((repository / "site/models/text/index.html").read_text(encoding="utf-8"))

    edit(new, "release.yaml", "licence: {name: Apache 2.0}", "licence:")
    for strict in (True, False):
        again = build(strict)
        assert again.returncode == 1
        assert "nothing is written after the colon" in again.stderr
