"""No input makes a reader of foreign files end with a traceback, or the process die.

Each reader runs in two processes of its own. What is fed follows from numbers alone, so an input that failed can be
made again (``tests.fuzz.__main__.made``). The figures are printed with ``-s``, and at the end of a run that failed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz.__main__ import made
from tests.fuzz.readers import READERS

SMALL = 100_000
LARGE = 200
MEGABYTE = 1_000_000


def feed(name: str, folder: Path, first: int, count: int, size: int) -> subprocess.Popen[str]:
    folder.mkdir()
    call = [sys.executable, "-m", "tests.fuzz", name, str(folder), str(first), str(count), str(size)]
    return subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(name: str, folder: Path, child: subprocess.Popen[str], size: int) -> tuple[float, int]:
    """The longest time and the number of its input; keeps the input that failed beside the repository's caches."""
    out, error = child.communicate()
    if child.returncode:
        number = int((folder / "number").read_bytes())
        kept = ROOT / f".hypothesis/fuzz-{name}-{number}-{size}"
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(made(READERS[name](folder), number, size))
        pytest.fail(f"{name}: input {number} of size {size} ended with {child.returncode}, see {kept}\n{error[-2000:]}")
    longest, slowest = out.split()
    return float(longest), int(slowest)


@pytest.mark.long
@pytest.mark.parametrize("name", READERS)
def test_whatever_a_reader_is_fed_is_read_or_refused(name: str, tmp_path: Path) -> None:
    for count, size in ((SMALL, 0), (LARGE, MEGABYTE)):
        half = count // 2
        folders = [tmp_path / f"{size}-{first}" for first in (0, half)]
        children = [feed(name, folder, first, half, size) for folder, first in zip(folders, (0, half), strict=True)]
        longest, slowest = max(told(name, f, child, size) for f, child in zip(folders, children, strict=True))
        what = f"of {size:,} bytes" if size else "of up to 4,096 bytes"
        print(f"{name}: {count:,} inputs {what}, numbers 0 to {count - 1}, longest {longest:.3f} s ({slowest})")


def test_a_reader_that_dies_or_raises_is_told_with_its_input(tmp_path: Path) -> None:
    """Whatever the readers do, the test above can fail."""
    child = subprocess.Popen(
        [sys.executable, "-c", "import os; os.abort()"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    (tmp_path / "number").write_bytes(b"7".rjust(20))
    with pytest.raises(pytest.fail.Exception, match=r"key: input 7 .* ended with -6"):
        told("key", tmp_path, child, 0)
    (ROOT / ".hypothesis/fuzz-key-7-0").unlink()
