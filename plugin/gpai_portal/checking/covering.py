"""Rules on what holds for some of the models that a document covers."""

from __future__ import annotations

from collections.abc import Iterator

from gpai_portal.checking.reader import Reader, did_you_mean
from gpai_portal.codes import Code, Severity
from gpai_portal.errors import Problem
from gpai_portal.schema import REMARKS, load


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
    for entry in reader.source.entries:
        if not any(column.key == "applies_to" for column in entry.field.columns):
            continue
        # Rows of other lists may have been published with other names; an exception is shown as one for these models.
        severity = None if entry.field.kind in REMARKS else Severity.WARNING
        for row in entry.answer.rows:
            for index, name in enumerate(row["applies_to"].items):
                if isinstance(name, str) and name not in known:
                    message = f"{name!r} is no version of a release that is covered"
                    advice = did_you_mean(name, known, "known: " + ", ".join(known))
                    path = (*row["applies_to"].path, index)
                    yield reader.problem(Code.UNKNOWN_VERSION, path, message, advice, severity)
