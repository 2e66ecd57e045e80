"""Checksums and size of a finished site."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gpai_portal.errors import Severity
from gpai_portal.site import hosting


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("index.html", "a/index.html", ".well-known/x.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    hosting.write_sums(tmp_path)
    return tmp_path


def test_sha256sum_reads_the_checksums(site: Path) -> None:
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=site, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count(": OK")) == (0, 3)
    assert list(hosting.check_sums(site)) == []


def test_what_differs_is_named(site: Path) -> None:
    (site / "a/index.html").write_text("b/index.html", encoding="utf-8")
    (site / "index.html").unlink()
    (site / "new.html").write_text("new", encoding="utf-8")
    with (site / hosting.CHECKSUMS).open("a", encoding="utf-8") as file:
        file.write("no checksum\n")
    found = {(p.code, p.file) for p in hosting.check_sums(site)}
    assert found == {
        ("file-changed", "a/index.html"),
        ("file-missing", "index.html"),
        ("file-unknown", "new.html"),
        ("file-changed", "SHA256SUMS"),
    }
    (site / hosting.CHECKSUMS).unlink()
    assert [p.code for p in hosting.check_sums(site)] == ["file-missing"]


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ((99,) * 7, []),
        ((101,), [("file-too-large", Severity.ERROR)]),
        ((99,) * 8, [("site-too-large", Severity.WARNING)]),
        ((99,) * 10, [("site-too-large", Severity.ERROR)]),
    ],
)
def test_sizes_against_the_limits_of_github_pages(
    tmp_path: Path, sizes: tuple[int, ...], found: list[tuple[str, Severity]]
) -> None:
    for number, size in enumerate(sizes):
        # A file with a hole takes no room.
        (tmp_path / f"{number}.bin").touch()
        os.truncate(tmp_path / f"{number}.bin", size * 1_000_000)
    assert [(p.code, p.severity) for p in hosting.size_problems(tmp_path)] == found
