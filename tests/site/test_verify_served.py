"""verify against a site on the web: a real server, the sample, and one changed byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.site.verification import verify
from tests.conftest import ROOT, run
from tests.serving import serving


@pytest.fixture
def served(sample_site: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and folder of a copy of the sample's site, below a base path as project sites on GitHub Pages have it."""
    site = tmp_path / "www/portal"
    shutil.copytree(sample_site, site)
    with serving(tmp_path / "www") as address:
        yield f"{address}portal/", site


def test_a_whole_site_holds(served: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = served
    done = run("gpai_portal.cli", "verify", address, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(list((ROOT / 'content/records').glob('*.json')))} records" in done.stdout


@pytest.mark.parametrize("name", ["records/000002.json", "copyright/r1.json"])
def test_a_changed_byte_is_named(served: tuple[str, Path], tmp_path: Path, name: str) -> None:
    address, site = served
    file = site / name
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    done = run("gpai_portal.cli", "verify", address, cwd=tmp_path)
    assert done.returncode == 1
    assert name in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_record_is_named(served: tuple[str, Path], tmp_path: Path) -> None:
    address, site = served
    (site / "records/000002.json").unlink()
    done = run("gpai_portal.cli", "verify", address, cwd=tmp_path)
    assert done.returncode == 1
    assert "000002.json" in done.stdout + done.stderr


def test_a_document_that_the_index_leaves_out_is_named(served: tuple[str, Path]) -> None:
    address, site = served
    index = json.loads((site / "gpai-transparency.json").read_bytes())
    index["documents"] = [entry for entry in index["documents"] if not entry["json"].endswith("/copyright.json")]
    (site / "gpai-transparency.json").write_text(json.dumps(index), encoding="utf-8")
    (site / "copyright.json").write_text("{}", encoding="utf-8")
    verified = verify(address, date(2026, 11, 24))
    assert [str(p) for p in verified.report.errors if "does not name copyright.json, which was published" in str(p)]


def test_a_copy_without_checksums_or_records_says_what_was_not_compared(sample_site: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(sample_site, site)
    (site / "SHA256SUMS").unlink()
    told = verify(str(site), date(2026, 11, 24)).proved
    assert "Pages were not compared: there is no SHA256SUMS." in told
    shutil.rmtree(site / "records")
    index = json.loads((site / "gpai-transparency.json").read_bytes())
    del index["records"]
    (site / "gpai-transparency.json").write_text(json.dumps(index), encoding="utf-8")
    told = verify(str(site), date(2026, 11, 24)).proved
    assert "There are no records, so nothing shows whether this is what was published." in told
    assert not any(sentence.startswith("Compared with the records") for sentence in told)
