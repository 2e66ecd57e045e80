"""verify against a site on the web: a real server, the sample, and one changed byte."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import run
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
    assert "3 records" in done.stdout


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
