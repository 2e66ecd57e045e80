"""Checking: every problem of every file at once.

Three passes: ``validation`` holds each file against its schema and sets aside what is wrong in it; with the rest,
``answers`` looks for answers that disclose nothing, ``rules`` compares fields and files with one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from gpai_portal.checking.answers import check_answers
from gpai_portal.checking.rules import check_rules
from gpai_portal.checking.validation import validate
from gpai_portal.codes import Code
from gpai_portal.content.folder import Content, Published, read_content
from gpai_portal.content.source import Source
from gpai_portal.errors import Report
from gpai_portal.memory import collector_paused, remembered
from gpai_portal.steps import steps

__all__ = ["check"]


def check(
    folder: Path, as_of: date, published: Mapping[str, Sequence[Published]] | None = None
) -> tuple[Content, Report]:
    """The content of a folder, without what is wrong in it, and all its problems as on a day.

    Raises UsageError if there is no folder.

    ``published`` is what was published of it before, by key, first to last (``publication.kept``). A document that is
    not among it is a draft, and may have open fields.
    """
    with collector_paused():
        content, problems = read_content(folder, published)
        report = Report(problems)

        def sound(source: Source) -> Source:
            draft = content.key(source.file) not in content.published
            found, rest = remembered(validate, source, content.relative(source.file), draft=draft)
            report.add(found)
            if open_ := sum(problem.code is Code.OPEN_FIELD for problem in found):
                content.open_fields[content.key(source.file)] = open_
            return rest

        rest = content.map(sound)
        for source in steps([*rest.sources()], "checking files"):
            report.add(check_answers(source, rest, rest.relative(source.file)))
        report.add(check_rules(rest, as_of))
    return rest, report
