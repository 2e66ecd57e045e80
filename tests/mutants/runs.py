"""Runs tests against copies of the checkout, each run in a process of its own.

A run is forked from a process that has imported everything but the code under test; so this needs a system with
``fork``. Tests that start Python themselves see the same copy through PYTHONPATH. Compiled files are checked by content
and not by time: two mutants of one second may have the same size.
"""

from __future__ import annotations

import compileall
import contextlib
import importlib
import json
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest
from coverage import Coverage, CoverageData

from tests.mutants.places import Mutant, Place

SOURCE = "plugin"
PACKAGE = f"{SOURCE}/gpai_portal"
#: How often the time that its tests took before a run may take, beside what it may always take.
SLACK = 4
#: What coverage calls the time in which no test runs.
AT_IMPORT = ""
#: Exit code of a run that broke outside of pytest.
BROKEN = 70
#: Pytest warns of plugins that were imported before it ran.
IMPORTED_BEFORE = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
#: The tests that ``make test`` runs, always with the same examples of Hypothesis.
PYTEST = ("-q", "--no-header", "-p", "no:cacheprovider", "-m", "not long", "--hypothesis-seed=0", *IMPORTED_BEFORE)


class RunError(Exception):
    """The tests of a room fail or run none of its code before anything was changed, or a run could not be made."""


@dataclass(frozen=True)
class Baseline:
    """What the tests of a room do while nothing is changed.

    ``tests`` has the seconds of each; ``reached`` the tests that run a line, by file (from the root) and line. A line
    that runs at import concerns every test that runs anything in its file.
    """

    tests: dict[str, float]
    reached: dict[str, dict[int, set[str]]]

    def reaching(self, place: Place) -> list[str]:
        """The tests that can notice a change of this place, fastest first."""
        lines = self.reached.get(place.file, {})
        wanted = range(place.lines[0], place.lines[1] + 1) if place.lines else lines
        found = set[str]().union(*(lines.get(line, ()) for line in wanted))
        return sorted(found, key=lambda test: (self.tests[test], test))


@dataclass(frozen=True)
class Verdict:
    """``killed`` says which test failed, or how else the run ended; it is empty if all tests passed."""

    mutant: Mutant
    tests: int
    killed: str = ""
    timed_out: bool = False


class Copies:
    """Copies of a checkout below ``folder``, one for each job; ``patience`` is in seconds."""

    def __init__(self, root: Path, folder: Path, jobs: int, patience: float) -> None:
        self.patience = patience
        self.copies = [folder / f"copy-{number}" for number in range(jobs)]
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            check=True,
            capture_output=True,
        ).stdout
        for name in filter(None, os.fsdecode(names).split("\0")):
            if (root / name).is_file():
                (self.copies[0] / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, self.copies[0] / name)
        by_content = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(self.copies[0] / SOURCE, quiet=1, invalidation_mode=by_content)

    def baseline(self, room: str, tests: Sequence[str]) -> Baseline:
        """Runs the tests of a room, first to see what they do, then as they run for each mutant. Raises RunError."""
        copy = self.copies[0]
        note = copy.with_name("baseline.json")
        data = copy.with_name(f"coverage-{room}")
        settings = copy.with_name("coveragerc")
        settings.write_text(
            f"[run]\ndata_file = {data}\nparallel = true\ninclude = {copy}/{PACKAGE}/{room}/*\n"
            # A process that a test starts belongs to that test. It has nothing to say where tests read its output.
            "context = ${PYTEST_CURRENT_TEST-}\n"
            "disable_warnings = no-data-collected, module-not-imported, module-not-measured\n",
            encoding="utf-8",
        )

        def work() -> int:
            os.environ["COVERAGE_PROCESS_START"] = str(settings)
            coverage = Coverage(config_file=str(settings))
            watch = _Watch(coverage)
            coverage.start()
            code = pytest.main([*PYTEST, f"--basetemp={copy}.tmp", *tests], plugins=[watch])
            coverage.stop()
            coverage.save()
            note.write_text(json.dumps([watch.tests, watch.users, list(sys.modules)]), encoding="utf-8")
            return code

        run = _Run(copy, work)
        run.wait()
        if run.code:
            raise RunError(f"the tests of {room} do not pass before anything is changed:\n{run.output()}")
        durations, users, modules = json.loads(note.read_text(encoding="utf-8"))
        _import(modules)
        merged = Coverage(config_file=str(settings))
        merged.combine()
        reached = dict(_reached(merged.get_data(), copy, users))
        if not any(reached.values()):
            raise RunError(f"the tests of {room} run nothing in {PACKAGE}/{room}")
        control = _Trial(copy, sorted(durations, key=durations.__getitem__))
        control.run.wait()
        if control.killed():
            raise RunError(f"the tests of {room} pass only without this tool:\n{control.run.output()}")
        return Baseline(durations, reached)

    def verdicts(self, work: Iterable[tuple[Mutant, Baseline]]) -> Iterator[Verdict]:
        """Runs the tests of each mutant, as many at once as there are copies."""
        for copy in self.copies[1:]:
            shutil.copytree(self.copies[0], copy)
        free, waiting = list(self.copies), deque(work)
        running: list[_Trial] = []
        try:
            while waiting or running:
                while free and waiting:
                    mutant, baseline = waiting.popleft()
                    if tests := baseline.reaching(mutant.place):
                        seconds = self.patience + SLACK * sum(baseline.tests[test] for test in tests)
                        running.append(_Trial(free.pop(), tests, mutant, seconds))
                    else:
                        yield Verdict(mutant, 0)
                time.sleep(0.005)
                for trial in [trial for trial in running if trial.ended()]:
                    running.remove(trial)
                    free.append(trial.copy)
                    yield trial.verdict()
        finally:
            for trial in running:
                trial.run.kill()


class _Run:
    """``work`` in a forked process that lives in a copy; its result is the exit code."""

    def __init__(self, copy: Path, work: Callable[[], int]) -> None:
        self.log = copy.with_name(f"{copy.name}.log")
        sys.stdout.flush()
        sys.stderr.flush()
        self.code: int | None = None
        self.pid = os.fork()
        if not self.pid:
            self._live(copy, work)

    def _live(self, copy: Path, work: Callable[[], int]) -> NoReturn:
        code = BROKEN
        try:
            os.setsid()
            os.chdir(copy)
            log = os.open(self.log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            os.dup2(log, 1)
            os.dup2(log, 2)
            for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
                del sys.modules[name]
            sys.path[0] = str(copy)
            sys.path.insert(1, f"{copy}/{SOURCE}")
            os.environ["PYTHONPATH"] = f"{copy}/{SOURCE}"
            os.environ.pop("PYTEST_CURRENT_TEST", None)
            code = work()
        except Exception:  # noqa: BLE001 - whatever it is stands in the log
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def wait(self, options: int = 0) -> bool:
        """Whether the run has ended; ``options`` as for ``os.waitpid``."""
        try:
            pid, status = os.waitpid(self.pid, options)
        except KeyboardInterrupt:
            self.kill()
            raise
        if pid:
            self.code = os.waitstatus_to_exitcode(status)
            self.kill()
        return bool(pid)

    def kill(self) -> None:
        """Ends the run with everything it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class _Trial:
    """A run of tests, fastest first, that ends with the first that fails; with a mutant in the copy, or without."""

    def __init__(self, copy: Path, tests: list[str], mutant: Mutant | None = None, seconds: float = 0) -> None:
        self.copy = copy
        self.tests = tests
        self.mutant = mutant
        self.end = time.monotonic() + seconds
        self.timed_out = False
        self.failed = copy.with_name(f"{copy.name}.failed")
        self.failed.write_text("", encoding="utf-8")
        if mutant:
            (copy / mutant.place.file).write_text(mutant.after, encoding="utf-8")

        def work() -> int:
            if mutant:
                sys.dont_write_bytecode = True
                os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
            options = ("-x", f"--basetemp={copy}.tmp", *sorted({test.partition("::")[0] for test in tests}))
            return pytest.main([*PYTEST, *options], plugins=[_Chosen(tests, self.failed)])

        self.run = _Run(copy, work)

    def ended(self) -> bool:
        if self.run.wait(os.WNOHANG):
            return True
        if time.monotonic() > self.end:
            self.timed_out = True
            self.run.kill()
            self.run.wait()
        return self.timed_out

    def killed(self) -> str:
        """What ``Verdict.killed`` says. Raises RunError if the run was none."""
        if self.run.code == BROKEN:
            raise RunError(self.run.output())
        if self.timed_out:
            return "time-out"
        return self.failed.read_text(encoding="utf-8") or (
            f"pytest ended with {self.run.code}" if self.run.code else ""
        )

    def verdict(self) -> Verdict:
        """Puts the copy right again. Raises RunError."""
        assert self.mutant
        (self.copy / self.mutant.place.file).write_text(self.mutant.before, encoding="utf-8")
        shutil.rmtree(self.copy / ".hypothesis", ignore_errors=True)  # what failed here is not tried first elsewhere
        return Verdict(self.mutant, len(self.tests), self.killed(), self.timed_out)


@dataclass(eq=False)
class _Watch:
    """Tells coverage which test runs, and how long each took."""

    coverage: Coverage
    tests: dict[str, float] = field(default_factory=dict)
    #: Tests that use a fixture which is made once for many tests.
    users: dict[str, list[str]] = field(default_factory=dict)
    current: str = ""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for name in getattr(item, "fixturenames", ()):
                self.users.setdefault(f"fixture {name}", []).append(item.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.current = item.nodeid
        self.coverage.switch_context(item.nodeid)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        if fixturedef.scope != "function":
            self.coverage.switch_context(f"fixture {fixturedef.argname}")
        try:
            return (yield)
        finally:
            self.coverage.switch_context(self.current)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.tests[report.nodeid] = self.tests.get(report.nodeid, 0) + report.duration


@dataclass(eq=False)
class _Chosen:
    """Runs these tests in this order, and notes the first that fails."""

    tests: list[str]
    note: Path

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order = {test: number for number, test in enumerate(self.tests)}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.note.write_text(report.nodeid, encoding="utf-8")


def _reached(data: CoverageData, copy: Path, users: dict[str, list[str]]) -> Iterator[tuple[str, dict[int, set[str]]]]:
    for file in data.measured_files():
        lines = {
            line: {test for context in contexts for test in users.get(context, [_test(context)])}
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        everyone = set[str]().union(*lines.values()) - {AT_IMPORT}
        reached = {line: everyone if AT_IMPORT in tests else tests for line, tests in lines.items()}
        yield Path(file).relative_to(copy).as_posix(), reached


def _test(context: str) -> str:
    """The test of a context; of a process that a test started, pytest adds the phase: ``test (call)``."""
    test, _, phase = context.rpartition(" ")
    return test if phase in {"(setup)", "(call)", "(teardown)"} else context


def _import(modules: Iterable[str]) -> None:
    """Imports what the tests need anyway, except for what is in the copies."""
    for name in modules:
        if name.partition(".")[0] not in {"tests", "__main__", Path(PACKAGE).name}:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
