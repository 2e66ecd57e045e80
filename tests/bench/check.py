"""All checks of a content folder against loading its files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from gpai_portal import dates
from gpai_portal.checking import check
from tests.bench.measuring import Line, NotBuiltError, Run, cpu_of, progress
from tests.bench.projects import project_of_files

DOCUMENTS = 1000


def measure(run: Run) -> Iterator[Line]:
    folder = project_of_files(run, "check", DOCUMENTS) / "content"
    files = sorted([*folder.glob("*.yaml"), *folder.glob("models/**/*.yaml")])
    day = dates.today()
    checked = loaded = float("inf")
    for attempt in range(3):
        progress(f"check, {len(files)} documents ({attempt + 1})")
        loaded = min(loaded, cpu_of(lambda: [yaml.load(f.read_bytes(), yaml.CSafeLoader) for f in files]))
        checked = min(checked, cpu_of(lambda: _check(folder, day)))
    yield run.ratio(
        f"check of {len(files):,} documents ({checked:.1f} s) to loading them ({loaded:.1f} s)",
        checked / loaded,
        2,
        "check",
    )


def _check(folder: Path, day: date) -> None:
    _, report = check(folder, day)
    if report.errors:
        raise NotBuiltError(f"the generated content has errors, first: {report.errors[0]}")
