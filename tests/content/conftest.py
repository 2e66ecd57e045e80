"""Content to be read: the sample as it is, and a small portal to be changed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
from tests.conftest import ROOT

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def sample() -> Disclosures:
    """What the sample discloses. Not to be changed."""
    content, report = check(ROOT / "content", TODAY)
    assert report.errors == []
    return compose(content)


@pytest.fixture
def base_content(tmp_path: Path) -> Path:
    """A copy of the content in tests/examples/base."""
    return shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
