"""A new release that begins with the documents of an older one.

Words are carried over as they stand, comments included. What was true of the older release only is left open, with the
old answer in a comment, so that ``check`` asks for it again.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gpai_portal.content.answers import Path_
from gpai_portal.content.folder import RENAME, unfit
from gpai_portal.content.labels import PREVIOUS_VERSIONS
from gpai_portal.content.scaffolding import require_owner
from gpai_portal.content.source import Source, parse_source
from gpai_portal.documents import Place, kinds_at
from gpai_portal.errors import UsageError
from gpai_portal.files import is_left_behind, write_bytes
from gpai_portal.schema import SUMMARY

#: Kinds of field that say something else of each release: days, how large something is, what was crawled most.
_KINDS = frozenset({"date", "period", "quantity", "size", "number", "domains"})

#: Fields of other kinds that do so, and those at the top of a file.
_FIELDS = frozenset({"size_range"})
_AT_THE_TOP = frozenset({"name", "version", "sequence", "versioned_names", "relations", PREVIOUS_VERSIONS})

#: What holds for one release and says nothing of the next.
_LEFT = frozenset({"changes", "covers", "coverage_note", "further_trained", "withdrawn"})

#: A key as YAML may have it, in quotes or plain, with its colon.
_KEY = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^:]*)\s*:""")


def carry_over(model: str, new: str, old: str, content: Path) -> list[tuple[Path, int]]:
    """Writes the files of a release from those of an older one; returns each with the number of answers left open.

    Raises UsageError, and writes nothing, if the older release is not there or cannot be read, or the new one is there.
    """
    for name in (model, new, old):
        if reason := unfit(name):
            raise UsageError(f"{name!r} {reason}; {RENAME}")
    if new == old:
        raise UsageError(f"{new!r} is the older release itself; give the new one an id of its own")
    require_owner(SUMMARY, (model, old), content)
    origin, place = content / "models" / model / old, content / "models" / model / new
    if place.exists():
        raise UsageError(f"{place} is already there; nothing was written")
    files = {name: file for name in kinds_at(Place.RELEASE) if (file := origin / f"{name}.yaml").is_file()}
    carried = {file.name: _carried(kind, file, old) for kind, file in files.items()}
    # Lists that lie in files of their own.
    lists = [f for f in origin.iterdir() if _is_list(f)]
    place.mkdir()
    try:
        for name, (text, _) in carried.items():
            write_bytes(place / name, text.encode())
        for file in lists:
            write_bytes(place / file.name, file.read_bytes())
    except BaseException:
        shutil.rmtree(place)
        raise
    return [(place / name, marked) for name, (_, marked) in carried.items()]


def _is_list(file: Path) -> bool:
    """Whether a file beside the documents is one that they can name."""
    return file.is_file() and not file.is_symlink() and file.suffix != ".yaml" and not is_left_behind(file.name)


def _carried(kind: str, file: Path, old: str) -> tuple[str, int]:
    """Text of a file for the new release, and how many answers are left open in it."""
    raw = file.read_bytes()
    source, problems = parse_source(kind, file, str(file), raw)
    if source is None:
        raise UsageError(f"{problems[0]}; nothing was written")
    lines = raw.decode("utf-8-sig").splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    expected = copy.deepcopy(dict(source.data))
    again = {_editable(source, lines, path) for path in _again(source)}
    # From the end on, so that the lines before keep their places.
    for path in sorted(again, key=source.position, reverse=True):
        first, last, column = _extent(source, lines, path)
        found = _KEY.match(lines[first], column)
        start = lines[first][: found.end()] if found else ""
        said = lines[first][len(start) :].strip()
        lines[first:last] = [f"{start} # in {old}: {said}".rstrip() + end, *_commented(lines[first + 1 : last])]
        node: Any = expected
        for part in path[:-1]:
            node = node[part]
        node[path[-1]] = None
    for key in sorted(_LEFT & source.data.keys(), key=lambda key: source.position((key,)), reverse=True):
        first, last, _ = _extent(source, lines, (key,))
        lines[first:last] = [f"# in {old}:{end}", *_commented(lines[first:last])]
        del expected[key]
    text = "".join(lines)
    done, problems = parse_source(kind, file, str(file), text.encode())
    if problems or done is None or done.data != expected:
        raise UsageError(
            f"{file} is written in a way that cannot be carried over; copy it by hand; nothing was written"
        )
    return text, len(again)


def _commented(lines: list[str]) -> list[str]:
    return [f"# {line}" if line.strip() else line for line in lines]


def _editable(source: Source, lines: list[str], path: Path_) -> Path_:
    """The answer at a path, or what it is a part of, if that is written on lines of its own."""
    while len(path) > 1:
        first, _, column = _extent(source, lines, path)
        inside = [p for p in source.positions if p != path[: len(p)] and path != p[: len(path)]]
        alone = all(source.positions[p][0] - 1 != first for p in inside)
        if isinstance(path[-1], str) and not lines[first][:column].strip(" -") and alone:
            break
        path = path[:-1]
    return path


def _extent(source: Source, lines: list[str], path: Path_) -> tuple[int, int, int]:
    """The first line of an answer, that behind its last, and the column of its key; all from 0."""
    line, column = source.positions[path]
    later = [at[0] for p, at in source.positions.items() if p[: len(path)] != path and at > (line, column)]
    end = min(later, default=len(lines) + 1) - 1
    # Comments and empty lines before what follows belong to that.
    while end > line and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return line - 1, end, column - 1


def _again(source: Source) -> Iterator[Path_]:
    """Places of the answers that have to be looked at again."""
    yield from ((key,) for key in _AT_THE_TOP if source.data.get(key) is not None)
    for entry in source.entries:
        field = entry.field
        if field.path[0] in _LEFT | _AT_THE_TOP or entry.answer.written is None:
            continue
        if field.kind in _KINDS or field.key in _FIELDS:
            if field.path in source.positions:
                yield field.path
        else:
            for row in entry.answer.rows:
                yield from ((*row.path, c.key) for c in field.columns if c.kind == "size" and c.key in row)
