"""Single files of the private folder, and their problems, told without a word that stands in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gpai_portal.checking.validation import validate
from gpai_portal.codes import Code
from gpai_portal.content.answers import Path_
from gpai_portal.content.source import Source, dotted, parse_source, read_source
from gpai_portal.errors import Problem, Report, SealingError, UsageError
from gpai_portal.files import is_left_behind
from gpai_portal.gate.discretion import discreet
from gpai_portal.names import LOCK
from gpai_portal.schema import load


@dataclass(frozen=True)
class PrivateFiles:
    """The files of a private folder, and the report of what was found wrong with them so far."""

    folder: Path
    report: Report = field(default_factory=Report)

    def name(self, file: Path) -> str:
        """How messages call a file: its path from the folder, with the folder's own name."""
        return f"{self.folder.name}/{file.relative_to(self.folder).as_posix()}"

    def add(self, where: Source | Path, path: Path_, code: Code, message: str, advice: str) -> None:
        """Reports a problem at a place of a file that was read, or of a file as a whole.

        ``message`` and ``advice`` must not quote the file.
        """
        if isinstance(where, Path):
            problem = Problem(code, self.name(where), message, advice)
        else:
            problem = Problem(code, self.name(where.file), message, advice, *where.position(path), dotted(path))
        self.report.add([problem])

    def read(
        self,
        kind: str,
        file: Path,
        raw: bytes | None = None,
        *,
        given: Mapping[str, Any] | None = None,
        whole: bool = False,
        draft: bool = False,
    ) -> Source | None:
        """A file without the values that its schema does not allow; what is wrong with it is reported.

        ``raw`` is the part of the file that is YAML, if not all of it is. ``given`` are fields that are answered
        elsewhere, so that the file need not answer them; None is one that is still open there. What is not answered in
        a ``draft`` is an open field. None if the file cannot be read, and with ``whole`` if anything in it is not
        allowed.
        """
        if file.is_symlink():
            self._add_link(file)
            return None
        name = self.name(file)
        source, problems = read_source(kind, file, name) if raw is None else parse_source(kind, file, name, raw)
        if source is not None:
            own = source.data.keys()
            found, valid = validate(replace(source, data={**(given or {}), **source.data}), name, draft=draft)
            source = replace(valid, data={key: value for key, value in valid.data.items() if key in own})
            still_open = {key for key, value in (given or {}).items() if value is None}
            problems += [problem for problem in found if problem.path not in still_open - own]
        self.report.add(discreet(problem, load(kind).root) for problem in problems)
        return None if whole and problems else source

    def files(self, root: Path) -> list[Path]:
        """Every file below a folder that can be read, in the order of their paths; none if there is no folder.

        What cannot be read is reported, since it would otherwise be missing unnoticed.
        """
        if root.is_symlink() or not root.is_dir():
            if root.is_symlink() or root.exists():
                self.add(root, (), Code.UNREADABLE_FILE, "this is no folder", "put a folder in its place")
            return []
        found = []
        for folder, folders, names in os.walk(root, onerror=lambda error: self._add_unreadable(Path(error.filename))):
            for entry in (Path(folder, name) for name in (*folders, *names)):
                if entry.is_file() and not entry.is_symlink() and os.access(entry, os.R_OK):
                    found.append(entry)
                elif is_left_behind(entry.name):
                    continue
                elif entry.is_symlink():
                    self._add_link(entry)
                elif entry.is_file():
                    self._add_unreadable(entry)
        return sorted(found)

    def _add_unreadable(self, file: Path) -> None:
        self.add(file, (), Code.UNREADABLE_FILE, "this cannot be read", "correct its permissions")

    def _add_link(self, file: Path) -> None:
        self.add(file, (), Code.SYMBOLIC_LINK, "symbolic links are not followed", "put the file itself here")


def existing_folder(folder: Path) -> Path:
    """The private folder as an absolute path. Raises UsageError if there is none."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; set it up with: gpai-portal new private")
    return folder.resolve()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other commands from changing the private folder, or what is sealed from it, at the same time.

    Raises UsageError if there is no such folder, SealingError if another command is still at work after a minute.
    """
    try:
        with FileLock(existing_folder(folder) / LOCK, timeout=60, mode=0o600):
            yield
    except Timeout:
        raise SealingError(f"another command is at work on {folder}; try again when it is done") from None


def refuse_errors(report: Report) -> None:
    """Raises SealingError, which lists every error and every open field of the private folder, if there is one."""
    for problems, what in ((report.errors, "error"), (report.todo, "open field")):
        if problems:
            lines = "\n".join(f"  {problem}" for problem in problems)
            raise SealingError(f"{len(problems)} {what}{'s' * (len(problems) != 1)} in the private folder:\n{lines}")
