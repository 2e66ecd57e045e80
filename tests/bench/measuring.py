"""What every measurement needs: CPU time, processes of its own, a line of the result, what is running."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_COMMAND = ".venv/bin/python -m tests.bench"


class NotBuiltError(Exception):
    """What had to be built or checked without an error was not."""


@dataclass(frozen=True)
class Line:
    """One line of the result. ``ok`` is None where there is no budget."""

    what: str
    measured: str
    budget: str
    ok: bool | None
    command: str


class Run:
    """One run of the benchmarks. Everything is made in ``folder``, which is thrown away.

    ``releases`` is the number of releases of each generated model. ``sites`` are built sites by number of pages,
    kept by one measurement for another.
    """

    #: Releases of a generated model. The portal leaves all but the last out of the search index.
    RELEASES = 5

    def __init__(self, folder: Path, releases: int) -> None:
        self.folder = folder
        self.releases = releases
        self.sites: dict[int, Path] = {}

    def ratio(self, what: str, ratio: float, budget: float, only: str) -> Line:
        """The line of a ratio that has a budget; ``only`` is the option that measures it again."""
        return Line(what, f"{ratio:.2f} x", f"{budget:g} x", ratio <= budget, self.command(only))

    def figure(self, what: str, measured: str, only: str) -> Line:
        """The line of a figure without a budget."""
        return Line(what, measured, "", None, self.command(only))

    def command(self, only: str) -> str:
        """The command that measures this again."""
        again = f" --releases {self.releases}" if self.releases != self.RELEASES else ""
        return f"{_COMMAND} --only {only}{again}"


def cpu_of(job: Callable[[], object]) -> float:
    """CPU seconds of a job, with those of the processes it starts."""

    def used() -> float:
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime

    before = used()
    job()
    return used() - before


def run_child(what: str, project: Path) -> None:
    """Runs one of CHILDREN in a process of its own. Raises NotBuiltError, with what it said, if it fails."""
    call = [sys.executable, "-m", "tests.bench", "--child", what, str(project)]
    done = subprocess.run(call, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NotBuiltError(f"{what} of {project.name} failed:\n{(done.stderr or done.stdout)[-3000:]}")


def progress(text: str) -> None:
    """What is running, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
