"""What can go wrong, and how it is told.

Exceptions::

    PortalError             anything the user can mend; its text is the message
    ├── UsageError          wrong call: no such folder, no such model (exit code 2)
    ├── ContentError        the content has errors; carries the Report (exit code 1)
    ├── RecordError         what was published is not there as it was; names the file (exit code 1)
    └── SealingError        a key, a sealed set or the private folder cannot be used (exit code 1)

A ``Problem`` is one finding in one place of a file, a ``Report`` all findings of one run. Only ``cli.main``
ends the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from unicodedata import category

from gpai_portal.codes import Code, Severity
from gpai_portal.limits import MAX_PROBLEMS


def printable(text: str) -> str:
    """Text as it may be printed: no control characters, no line ends, nothing that turns the direction of writing.

    What a file or a host says may hold any of them, and a terminal would obey.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or category(c) == "Zs" else c.encode("unicode_escape").decode("ascii") for c in text
    )


@dataclass(frozen=True)
class Problem:
    """One finding. ``line`` and ``column`` count from 1; 0 where a file as a whole is meant.

    ``path`` is the place in the data (``sources.public.large[2].name``), ``advice`` what to do next.
    """

    code: Code
    file: str
    message: str
    advice: str
    line: int = 0
    column: int = 0
    path: str = ""
    severity: Severity = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.severity is None:
            object.__setattr__(self, "severity", self.code.severity)

    def __str__(self) -> str:
        """``file:line:column path: message, what to do [code]``."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        where = f" {self.path}" if self.path else ""
        return printable(f"{place}{where}: {self.message}; {self.advice} [{self.code}]")


def quoted(text: str) -> str:
    """The beginning of a text, as messages quote it: in one line, and with nothing that acts on a terminal."""
    return repr(text) if len(text) <= 63 else f"{text[:60]!r}..."


def too_many(last: Problem) -> Problem:
    """Says, at the place of the last problem of a file that is told, that there are more."""
    message = f"more than {MAX_PROBLEMS:,} problems"
    return Problem(Code.TOO_MANY, last.file, message, "mend those that are listed first", last.line, last.column)


@dataclass
class Report:
    """All findings of a run, in the order of files and lines."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, problems: Iterable[Problem]) -> None:
        """Takes findings in; their order does not matter."""
        self.problems.extend(problems)
        self.problems.sort(key=lambda p: (p.file, p.line, p.column, p.path, p.code))

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    @property
    def errors(self) -> list[Problem]:
        """Findings that stop a build."""
        return [p for p in self.problems if p.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Problem]:
        """Findings that readers will see as gaps, and that stop nothing."""
        return [p for p in self.problems if p.severity is Severity.WARNING]

    @property
    def todo(self) -> list[Problem]:
        """Fields still open in documents that were never published; they cannot be, until these are answered."""
        return [p for p in self.problems if p.severity is Severity.TODO]


class PortalError(Exception):
    """Something the user can mend; the text says what and how."""


class UsageError(PortalError):
    """The call itself is wrong."""


class ContentError(PortalError):
    """The content has errors, so nothing is built."""

    def __init__(self, report: Report) -> None:
        self.report = report
        count = len(report.errors)
        lines = "\n".join(f"  {problem}" for problem in report.errors)
        super().__init__(f"{count} error{'s' if count != 1 else ''} in the content:\n{lines}")


class RecordError(PortalError):
    """A record or a file of the chain is not what was published.

    ``place`` is the file, from the folder of the records on; empty where no single file is meant.
    """

    def __init__(self, message: str, place: str = "") -> None:
        self.message = message
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)


class SealingError(PortalError):
    """Something about the gated section is wrong. The text never repeats a key or a private value."""
