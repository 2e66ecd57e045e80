"""Rules on what holds for some of the models that a document covers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gpai_portal.checking.reader import Reader, did_you_mean
from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import Path_, Row, Size
from gpai_portal.errors import Problem
from gpai_portal.schema import REMARKS, Field, load


def check_covering(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """Rules of a summary that holds for ``releases``."""
    yield from _exceptions(reader)
    yield from _versions(reader, releases)


def _exceptions(reader: Reader) -> Iterator[Problem]:
    """An exception is shown with the section or field that it speaks of, so that there has to be one."""
    rows = reader.get("exceptions").rows
    sections = [field for field in load(reader.source.kind).root.children if field.kind == "section"] if rows else []
    shown = [field.dotted for section in sections for field in section.walk()]
    for row in rows:
        name = row["field"].text
        if name and name not in shown:
            advice = did_you_mean(name, shown, "name a section or a field of one, see the field reference")
            message = f"there is no section or field {name!r} that models could be excepted from"
            yield reader.problem(Code.UNKNOWN_FIELD, row["field"].path, message, advice)


def _versions(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """What holds for some of the models names versions of the releases covered."""
    names = [row["name"] for release in releases for row in release.get("versioned_names").rows]
    known = [told for name in names if (told := name.text or name.as_stated)]
    if not known or not all(release.source.is_whole("versioned_names") for release in releases):
        return
    for field in _of_some(reader.source.kind):
        # Rows of other lists may have been published with other names; an exception is shown as one for these models.
        severity = None if field.kind in REMARKS else Severity.WARNING
        for row in reader.get(*field.path).rows:
            for path, name in _named(row):
                if name not in known:
                    message = f"{name!r} is no version of a release that is covered"
                    advice = did_you_mean(name, known, "known: " + ", ".join(known))
                    yield reader.problem(Code.UNKNOWN_VERSION, path, message, advice, severity)


def _named(row: Row) -> Iterator[tuple[Path_, str]]:
    """The versions that a row, or a size in it, holds for, each at its place."""
    lists = [(row["applies_to"].path, row["applies_to"].items)]
    sizes = [size for cell in row.cells.values() for size in cell.each if isinstance(size.value, Size)]
    lists += [((*size.path, "applies_to"), size.value.applies_to) for size in sizes]
    for path, names in lists:
        yield from (((*path, index), name) for index, name in enumerate(names) if isinstance(name, str))


@cache
def _of_some(kind: str) -> tuple[Field, ...]:
    """The lists of a document whose rows, or sizes in them, may hold for some of the models only."""
    return tuple(f for f in load(kind).fields() if any(c.key == "applies_to" or c.kind == "size" for c in f.columns))
