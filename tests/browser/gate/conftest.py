"""A desk for every test, copied from one that is built once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import build_site
from tests.browser.gate.desk import Desk
from tests.conftest import ROOT, SAMPLE
from tests.serving import serving


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's desk with its site, as `mkdocs build` makes it, and instant.yml for one with instant navigation."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "content", folder / "content")
    shutil.copytree(SAMPLE / "private", folder / "private")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    build_site(folder / "mkdocs.yml", folder / "site")
    instant = config.replace("- navigation.prune\n", "- navigation.prune\n    - navigation.instant\n")
    assert instant != config
    (folder / "instant.yml").write_text(instant.replace("https://skriftvang.example/ai-act/", "BASE"), encoding="utf-8")
    return folder


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Iterator[Desk]:
    """A copy of the desk that a test may change."""
    folder = tmp_path / "desk"
    shutil.copytree(built, folder)
    with serving(folder / "site") as base:
        yield Desk(folder, base)
