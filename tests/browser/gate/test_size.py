"""The scripts of the section are small enough to be read: by a browser, and by whoever reviews them."""

from __future__ import annotations

import pytest

from tests.bench.scripts import BUDGETS, GATE, compressed


@pytest.mark.parametrize("what", BUDGETS)
def test_scripts_are_within_their_budget(what: str) -> None:
    assert compressed(what) <= BUDGETS[what][1]


def test_every_script_has_a_budget() -> None:
    counted = [file for files, _ in BUDGETS.values() for file in files]
    assert sorted(counted) == sorted(GATE.rglob("*.js"))
