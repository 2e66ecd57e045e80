"""Fixtures that build real sites with the real MkDocs, each in a process of its own."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests/sample"
AS_OF = "2026-11-24"
DAY = date(2026, 11, 24)
EPOCH = "1795478400"  # 2026-11-24
#: Signing key of the sample's sealed set.
SEALED_BY = re.search(r"sealed_by: (\S+)", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))[1]  # type: ignore[index]


def run(*command: str, cwd: Path, epoch: str = EPOCH) -> subprocess.CompletedProcess[str]:
    """Runs a module of this Python and returns what it said; never raises."""
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": epoch,
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What one test opened, no other has seen; nor does a test write into the home of whoever runs it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / secrets.token_hex(8)))


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample portal as `make site` builds it."""
    site = tmp_path_factory.mktemp("sample") / "site"
    done = run("mkdocs", "build", "--strict", "--site-dir", str(site), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return site


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the content folder in tests/examples/base."""
    return shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the small portal in tests/examples/base, with a mkdocs.yml of its own."""
    shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    (tmp_path / "content/pages").mkdir()
    (tmp_path / "content/pages/about.md").write_text("# About\n\nWritten by hand.\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Base\n"
        "site_url: https://base.example/portal/\n"
        "docs_dir: content/pages\n"
        "theme: {name: material, font: false}\n"
        "plugins: [search, gpai-portal]\n",
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def build(project: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Builds the project strictly; the site is in project / "site"."""

    def build_project(*options: str, engine: str = "mkdocs") -> subprocess.CompletedProcess[str]:
        return run(engine, "build", "--strict", *options, cwd=project)

    return build_project


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The provider's desk: content/, private/ and mkdocs.yml of the sample, free to be changed."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(SAMPLE / "private", tmp_path / "private")
    shutil.copyfile(ROOT / "mkdocs.yml", tmp_path / "mkdocs.yml")
    return tmp_path
