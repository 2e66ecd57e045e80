"""A finished site as a host gets it: its checksums, and the limits of GitHub Pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from gpai_portal.codes import Code, Severity
from gpai_portal.errors import Problem
from gpai_portal.files import write_bytes
from gpai_portal.steps import steps

#: In the format of ``sha256sum``, so that ``sha256sum -c SHA256SUMS`` checks a copy of the site.
CHECKSUMS = "SHA256SUMS"

#: A site on GitHub Pages may have 1 GB, a file in its repository 100 MB.
SITE_WARNING = 700_000_000
SITE_LIMIT = 950_000_000
FILE_LIMIT = 100_000_000

_LINE = re.compile(r"([0-9a-f]{64})  (.+)\Z")


def _files(site: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(site.rglob("*")):
        if path.is_file() and (name := path.relative_to(site).as_posix()) != CHECKSUMS:
            yield name, path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(site: Path) -> Path:
    """Writes the checksums of all files of a site."""
    lines = [f"{_sha256(path)}  {name}\n" for name, path in _files(site)]
    return write_bytes(site / CHECKSUMS, "".join(lines).encode())


def check_sums(site: Path) -> Iterator[Problem]:
    """Files of a site that are not those of its checksums."""
    if not (site / CHECKSUMS).is_file():
        yield Problem(Code.FILE_MISSING, CHECKSUMS, "is missing, so pages were not checked", "build the site again")
        return
    expected: dict[str, str] = {}
    for number, line in enumerate((site / CHECKSUMS).read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if found := _LINE.match(line):
            expected[found[2]] = found[1]
        else:
            yield Problem(Code.FILE_CHANGED, CHECKSUMS, "this line is no checksum", "build the site again", number, 1)
    here = dict(_files(site))
    for name in steps(sorted(expected.keys() | here.keys()), "comparing files"):
        if name not in here:
            yield Problem(Code.FILE_MISSING, name, f"is in {CHECKSUMS} and not in the site", "build the site again")
        elif name not in expected:
            advice = "build the site again, or list what adds files after the build"
            yield Problem(Code.FILE_UNKNOWN, name, f"is not in {CHECKSUMS}", advice)
        elif _sha256(here[name]) != expected[name]:
            yield Problem(
                Code.FILE_CHANGED, name, f"was changed after the build, by {CHECKSUMS}", "build the site again"
            )


def size_problems(site: Path) -> Iterator[Problem]:
    """Whether the site is within what GitHub Pages takes."""
    total = 0
    for name, path in _files(site):
        size = path.stat().st_size
        total += size
        if size > FILE_LIMIT:
            message = f"has {size / 1e6:.0f} MB, more than the {FILE_LIMIT / 1e6:.0f} MB that GitHub takes"
            yield Problem(Code.FILE_TOO_LARGE, name, message, "offer it from elsewhere, with url:")
    if total > SITE_WARNING:
        severity = Severity.ERROR if total > SITE_LIMIT else Severity.WARNING
        message = f"the site has {total / 1e6:.0f} MB; GitHub Pages takes 1,000 MB"
        yield Problem(
            Code.SITE_TOO_LARGE, ".", message, "move large lists elsewhere, or use another host", severity=severity
        )
