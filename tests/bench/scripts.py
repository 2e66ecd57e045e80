"""Bytes of the scripts of the section for downstream providers, each file compressed as it is sent."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from tests.bench.measuring import Line, Run
from tests.conftest import ROOT

GATE = ROOT / "plugin/gpai_portal/assets/gate"
#: What only browsers without ML-KEM load.
STAND_IN = (GATE / "hybrid.js", GATE / "vendor/ml-kem.js")
#: The scripts, and the bytes that they may not exceed in sum.
BUDGETS = {
    "scripts of the section": (tuple(file for file in sorted(GATE.glob("*.js")) if file not in STAND_IN), 15_360),
    "ML-KEM for browsers without it": (STAND_IN, 9_216),
}


def compressed(what: str) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in BUDGETS[what][0])


def measure(run: Run) -> Iterator[Line]:
    for what, (_, budget) in BUDGETS.items():
        size = compressed(what)
        yield Line(f"{what}, gzip", f"{size:,} bytes", f"{budget:,} bytes", size <= budget, run.command("scripts"))
