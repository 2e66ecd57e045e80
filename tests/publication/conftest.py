"""A content folder to publish from, and the folder of its records."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    return tmp_path / "content"


@pytest.fixture
def folder(content: Path) -> Path:
    return content / "records"
