"""The sample provider's list is what the command makes of the invented manifest that lies here."""

from __future__ import annotations

import json
from pathlib import Path

from gpai_portal.domains.making import METHOD, NAMES, Wanted, make
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.ranking import Rule
from gpai_portal.domains.rules import read_rules
from tests.conftest import ROOT

SAMPLE = Path(__file__).parent / "sample"
RELEASE = ROOT / "content/models/skrift/2.0"

#: What depends on the versions of programs, not on the rows.
VERSIONS = {"engine", "hosts", "tool", "parquet_sha256"}


def test_the_sample_list_is_what_the_command_writes(tmp_path: Path) -> None:
    wanted = Wanted(Rule.SME, Columns("url", "bytes", "kind"), size_means="bytes of extracted text")
    make([str(SAMPLE / "manifest.csv.gz")], read_rules(SAMPLE / "suffixes.dat"), wanted, tmp_path / "list")
    assert (tmp_path / "list" / NAMES).read_bytes() == (RELEASE / NAMES).read_bytes()
    made, there = (json.loads((folder / METHOD).read_bytes()) for folder in (tmp_path / "list", RELEASE))
    assert {key: made[key] for key in made.keys() - VERSIONS} == {key: there[key] for key in there.keys() - VERSIONS}
