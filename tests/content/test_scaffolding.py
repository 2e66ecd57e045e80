"""Scaffolds, compared with what was reviewed. After a wanted change: UPDATE_GOLDEN=1 and read the diff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gpai_portal.content.scaffolding import scaffold, scaffold_kinds

HERE = Path(__file__).parent


@pytest.mark.parametrize("kind", scaffold_kinds())
def test_a_scaffold_says_what_the_form_says(kind: str) -> None:
    kept = HERE / "scaffolds" / f"{kind}.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        kept.write_text(scaffold(kind), encoding="utf-8")
    assert scaffold(kind) == kept.read_text(encoding="utf-8")
