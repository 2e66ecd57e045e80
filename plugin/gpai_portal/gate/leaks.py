"""Looks for anything of the private folder where it must not be: in a built site, or in what git is to commit.

A problem names the file and what kind of thing was found, never the thing itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from gpai_portal.codes import Code
from gpai_portal.errors import Problem, Report, UsageError
from gpai_portal.gate.traces import PrivateTraces, read_all, traces_of
from gpai_portal.git import git, has_commits
from gpai_portal.packed import TooMuchPackedError, layers


def leaks_in_folder(folder: Path, private: Path, content: Path) -> Report:
    """What a folder, such as a built site, gives away of a private folder; files are named by their path below it.

    What stands in the data files of ``content`` is public. Raises UsageError if one of the folders is not there.
    """
    traces = traces_of(private, _public_texts(content))
    unread: list[Path] = []
    files = ((file.relative_to(folder).as_posix(), data) for file, data in read_all(folder, unread))
    report = _search(traces, files)
    report.add(_unread(file.relative_to(folder).as_posix(), "it is not searched") for file in unread)
    return report


def leaks_in_next_commit(private: Path, content: Path) -> Report:
    """What the next commit of the working directory's repository would give away of a private folder.

    Files are named by their path in the repository. What the data files of ``content`` said in the last commit is
    public. Raises UsageError outside a repository, or if one of the folders is not there.
    """
    return _search(traces_of(private, _committed_texts(content)), _staged())


def _search(traces: PrivateTraces, files: Iterable[tuple[str, bytes]]) -> Report:
    """What files give away by their names or their bytes, and which private files are not looked for."""
    report = Report()
    for name, data in files:
        report.add(_search_file(traces, name, data))
    report.add(_unread(name, "it is not searched for") for name in traces.unread)
    return report


def _search_file(traces: PrivateTraces, name: str, data: bytes) -> Iterator[Problem]:
    """Each kind of thing that a file gives away, once, and whether it was searched to its end."""
    found: set[str] = set()
    try:
        for layer in chain([name.encode(errors="surrogateescape")], layers(data)):
            found.update(traces.found_in(bytes(layer)))
    except TooMuchPackedError:
        advice = "unpack it, and search what it holds"
        yield Problem(Code.UNREAD, _printable(name), "more is packed in it than is searched", advice)
    for what in sorted(found):
        yield Problem(Code.LEAK, _printable(name), what, "take it out")


def _unread(name: str, consequence: str) -> Problem:
    message = f"cannot be read, so {consequence}"
    return Problem(Code.UNREAD, _printable(name), message, "correct its permissions, or take it away")


def _printable(name: str) -> str:
    """The name of a file, with U+FFFD in place of what is not UTF-8: most outputs would refuse it."""
    return os.fsencode(name).decode(errors="replace")


def _public_texts(content: Path) -> list[str]:
    """Texts of the data files in the content folder. Raises UsageError if there is no such folder.

    Pages are not among them: what somebody copied into a page by mistake must be found.
    """
    if not content.is_dir():
        raise UsageError(f"{content}: no such folder; give the content folder with --content")
    files = sorted(f for f in content.rglob("*.yaml") if f.is_file())
    return [file.read_text(encoding="utf-8", errors="ignore") for file in files]


def _committed_texts(content: Path) -> list[str]:
    """The same texts as they stand in the last commit, since what is only staged is not public yet.

    Before the first commit there are none. A content folder outside the repository is taken as it lies there.
    """
    top = Path(os.fsdecode(_git("rev-parse", "--show-toplevel")).rstrip("\n"))
    if not content.resolve().is_relative_to(top.resolve()):
        return _public_texts(content)
    if not has_commits(Path()):
        return []
    names = _names(_git("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD"))
    folder = content.resolve().relative_to(top.resolve())
    files = [name for name in names if name.endswith(".yaml") and Path(name).is_relative_to(folder)]
    return [_git("cat-file", "blob", f"HEAD:{name}").decode(errors="ignore") for name in files]


def _staged() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file that the next commit adds or changes. Raises UsageError outside a repository."""
    for name in _names(
        _git("diff", "--cached", "--name-only", "-z", "--no-relative", "--ignore-submodules=all", "--diff-filter=d")
    ):
        yield name, _git("cat-file", "blob", f":{name}")


def _git(*words: str) -> bytes:
    """What git says in the working directory, where its hooks run. Raises UsageError if it says nothing."""
    said = git(Path(), *words)
    if said is None:
        raise UsageError(f"{Path().resolve()} is in no git repository")
    return said


def _names(said: bytes) -> list[str]:
    return [name for name in os.fsdecode(said).split("\0") if name]
