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
from gpai_portal.gate.traces import SHORT, PrivateTraces, read_all, traces_of, values_in, words_of
from gpai_portal.git import git, has_commits
from gpai_portal.packed import TooMuchPackedError, layers
from gpai_portal.publication.records import FOLDER
from gpai_portal.steps import steps

#: What no search looks into, in words for people.
NOT_SEARCHED = (
    "Not looked into: pictures, sound and video; most PDF files, which store text by the numbers of its letters or in "
    "codes of their own; encrypted files; archives of 7z, rar and zstd. "
    f"Not looked for: private texts of fewer than {SHORT} words, and names of one short word; figures below a million "
    "without an exponent; what is said in other words."
)


def leaks_in_folder(folder: Path, private: Path, content: Path) -> Report:
    """What a folder, such as a built site, gives away of a private folder; files are named by their path below it.

    What was published, or stood in data files of ``content`` in the last commit, is public. Raises UsageError if one
    of the folders is not there.
    """
    traces = traces_of(private, _public_texts(content, content))
    unread: list[Path] = []
    files = ((file.relative_to(folder).as_posix(), data) for file, data in read_all(folder, unread))
    report = _search(traces, files)
    report.add(_unread(file.relative_to(folder).as_posix(), "it is not searched") for file in unread)
    return report


def leaks_in_next_commit(private: Path, content: Path) -> Report:
    """What the next commit of the working directory's repository would give away of a private folder.

    Files are named by their path in the repository. What was published, or stood in data files of ``content`` in the
    last commit, is public. Raises UsageError outside a repository, or if one of the folders is not there.
    """
    staged = _staged()
    return _search(traces_of(private, _public_texts(content, Path())), staged)


def _search(traces: PrivateTraces, files: Iterable[tuple[str, bytes]]) -> Report:
    """What files give away by their names or their bytes, and which private files are not looked for."""
    report = Report()
    for name, data in steps(files, "searching files"):
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


def _public_texts(content: Path, place: Path) -> list[str]:
    """What is public already: the records of what was published, and data files as they stand in the last commit.

    What is only written is not public yet, so that a passage pasted into a data file is found. Nor are pages: what
    somebody copied into a page by mistake must be found. ``place`` is where git is asked. Raises UsageError if there is
    no content folder.
    """
    if not content.is_dir():
        raise UsageError(f"{content}: no such folder; give the content folder with --content")
    return _published_texts(content) + _committed_texts(content.resolve(), place)


def _published_texts(content: Path) -> list[str]:
    """What records say, and what of each data file stands in them, in the order in which pages show it."""
    records = [file.read_bytes() for file in sorted((content / FOLDER).glob("*.json"))]
    published = {tuple(words_of(text)) for record in records for _, text in values_in(record)}
    texts = [record.decode(errors="ignore") for record in records]
    for file in sorted(f for f in content.rglob("*.yaml") if f.is_file()):
        texts.append(" ".join(text for _, text in values_in(file.read_bytes()) if tuple(words_of(text)) in published))
    return texts


def _committed_texts(content: Path, place: Path) -> list[str]:
    """Data files of a content folder as they stand in the last commit; none outside a repository, or before it."""
    top = git(place, "rev-parse", "--show-toplevel")
    if not top or not has_commits(place):
        return []
    around = Path(os.fsdecode(top).rstrip("\n")).resolve()
    if not content.is_relative_to(around):
        return _committed_texts(content, content) if place != content else []
    listed = git(place, "ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD") or b""
    folder = content.relative_to(around)
    names = [name for name in _names(listed) if name.endswith(".yaml") and Path(name).is_relative_to(folder)]
    return [(git(place, "cat-file", "blob", f"HEAD:{name}") or b"").decode(errors="ignore") for name in names]


def _staged() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file that the next commit adds or changes. Raises UsageError outside a repository.

    Git is asked in the working directory, where its hooks run.
    """
    changed = ("diff", "--cached", "--name-only", "-z", "--no-relative", "--ignore-submodules=all", "--diff-filter=d")
    listed = git(Path(), *changed)
    if listed is None:
        raise UsageError(f"{Path().resolve()} is in no git repository")
    for name in _names(listed):
        yield name, git(Path(), "cat-file", "blob", f":{name}") or b""


def _names(said: bytes) -> list[str]:
    return [name for name in os.fsdecode(said).split("\0") if name]
