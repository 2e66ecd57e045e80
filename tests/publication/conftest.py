"""The folder of the records of a content folder."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(content: Path) -> Path:
    return content / "records"
